import { randomUUID } from 'node:crypto';
import { InMemorySigningClient } from '@signering/client/testing';
import { generateKey } from '@signering/encryption';
import type { Overview } from '@signering/sender-portal/internal/database/tables.js';
import { EMPTY_DRAFT } from '@signering/sender-portal/internal/drafts/draft-content.js';
import { searchTermsOf, termRowsOf } from '@signering/sender-portal/internal/jobs/search-terms.js';
import { openPortal } from '@signering/sender-portal/internal/start-sender-portal.js';
import { freshFolder } from '../test/fixtures/run-folder.js';
import { createDatabase, stopSharedPostgres } from '../test/fixtures/postgresql.js';
import type { Bench, BenchContext, Figure } from './bench.js';

const ORGANIZATION = '910000007';
const REPETITIONS = 40;
const WARM_UP = 5;
/** Rows of one insert. */
const INSERTED = 500;
/** The targets of the portal's pages, in milliseconds, by the number of jobs. */
const TARGETS: Readonly<Record<number, number>> = { 1000: 200, 10_000: 400 };

type Portal = Awaited<ReturnType<typeof openPortal>>;

/** How long people wait for the portal's overviews. */
export const bench: Bench = {
  name: 'portal',
  title: 'Pages of the sender portal on PostgreSQL, its background work running',
  run: async (context) => {
    // The server's user cannot open the folder of the bench.
    const postgresql = await createDatabase({ parent: '/tmp' });
    if (postgresql === undefined && !context.short) throw new Error('PostgreSQL is not installed.');
    const database = postgresql === undefined ? { folder: freshFolder('portal') } : { postgresql };
    const portal = await openPortal({
      settings: {
        client: {
          organizationNumber: ORGANIZATION,
          storage: 'unused',
          keys: [generateKey('bench')],
          temporal: { connection: { address: 'unused' }, namespace: 'unused' },
        },
        listen: { host: '127.0.0.1', port: 0 },
        url: 'http://127.0.0.1',
        database,
        login: { issuer: 'http://127.0.0.1:1', clientId: 'portal', clientSecret: 'secret' },
        managers: [],
        serviceUrl: 'http://127.0.0.1',
        stoppedDocumentsDays: 90,
        organizationNames: new Map(),
      },
      // It knows none of the jobs: the portal keeps the states that it has.
      client: new InMemorySigningClient({ organizationNumber: ORGANIZATION }),
      batchesOf: () => {
        throw new Error('The bench sends no batch.');
      },
      report: context.report,
      now: () => new Date(),
    });
    try {
      return await measure(portal, context);
    } finally {
      await portal.close();
      await stopSharedPostgres();
    }
  },
};

async function measure(portal: Portal, { short, report }: BenchContext): Promise<readonly Figure[]> {
  const { people, sessions } = portal.parts;
  const emailAddress = 'anne@example.com';
  const role = 'ACCOUNT_MANAGER';
  const personId = await people.setRole(ORGANIZATION, { emailAddress, role, endsAt: undefined });
  const cookie = `signering-portal=${await sessions.start(personId, ORGANIZATION)}`;
  const session = await sessions.find(cookie.split('=')[1]);
  const address = await portal.server.listen({ host: '127.0.0.1', port: 0 });
  portal.startWork();
  const figures: Figure[] = [];
  let there = 0;
  for (const count of short ? [10] : [1000, 10_000]) {
    for (; there < count; there += INSERTED) {
      report(`${there} of ${count} jobs`);
      await addJobs(portal, { personId, from: there, to: Math.min(there + INSERTED, count) });
    }
    there = count;
    for (const { name, path, form } of pagesOf(count)) {
      report(`${name} with ${count} jobs`);
      const fields = form && new URLSearchParams({ formToken: session?.formToken ?? '', ...form });
      const values = await timesOf(`${address}${path}`, {
        cookie,
        fields,
        repetitions: short ? 2 : REPETITIONS,
      });
      const atMost = TARGETS[count];
      figures.push({
        name,
        unit: 'ms',
        values,
        ...(atMost !== undefined && { target: { atMost } }),
        at: { curve: name, x: count, xName: 'jobs in the portal' },
      });
    }
  }
  return figures;
}

interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
}

function pagesOf(count: number): readonly MeasuredPage[] {
  const lastPage = Math.ceil((count * 3) / 5 / 25);
  return [
    { name: 'Waiting', path: '/waiting' },
    { name: 'Waiting, last page', path: `/waiting?page=${lastPage}` },
    { name: 'Stopped', path: '/stopped' },
    { name: 'Signed', path: '/signed' },
    {
      name: 'Search by email address',
      path: '/search',
      form: { kind: 'EMAIL', text: 'signer-7@example.com' },
    },
    {
      name: 'Search by an address of every job',
      path: '/search',
      form: { kind: 'EMAIL', text: 'landlord@example.com' },
    },
    { name: 'Search by time', path: '/search', form: { from: '2020-01-01', until: '2099-12-31' } },
  ];
}

/** Each time of a request, to the last byte of its page, in milliseconds. */
async function timesOf(
  url: string,
  about: { cookie: string; fields: URLSearchParams | undefined; repetitions: number },
): Promise<readonly number[]> {
  const { cookie, fields, repetitions } = about;
  const times: number[] = [];
  for (let repetition = -WARM_UP; repetition < repetitions; repetition += 1) {
    const start = performance.now();
    const answer = await fetch(url, {
      headers: { cookie },
      ...(fields !== undefined && { method: 'POST', body: fields }),
    });
    const text = await answer.text();
    if (repetition >= 0) times.push(performance.now() - start);
    if (answer.status !== 200 || !text.includes('<table'))
      throw new Error(`${url}: ${answer.status}, no table`);
  }
  return times;
}

/** Adds jobs of two signers as the portal keeps them: of five, three wait, one has stopped, one is signed. */
async function addJobs(
  { parts }: Portal,
  { personId, from, to }: { personId: string; from: number; to: number },
): Promise<void> {
  const { sealing, database } = parts;
  const jobs = Array.from({ length: to - from }, (_, index) => jobOf(from + index));
  await database.tables
    .insertInto('jobs')
    .values(
      jobs.map(({ id, reference, content, overview, sentAt }) => ({
        id,
        organization: ORGANIZATION,
        person_id: personId,
        reference,
        stage: 'SENT',
        sealed: sealing.sealJson(`jobs/${id}`, content),
        created_at: sentAt,
        changed_at: sentAt,
        sent_at: sentAt,
        overview,
        described: JSON.stringify(STATES[overview]),
        deadline: new Date(Number(sentAt) + 30 * 24 * 60 * 60_000),
        ended_at: overview === 'WAITING' ? null : sentAt,
        checked_at: new Date(),
        replaces: null,
      })),
    )
    .execute();
  const terms = jobs.flatMap(({ id, reference, content }) =>
    termRowsOf(id, searchTermsOf({ reference, content }, sealing), sealing),
  );
  await database.tables.insertInto('search_terms').values(terms).execute();
}

const SIGNERS = (status: string) => [1, 2].map((signer) => ({ signer, status }));
const STATES: Readonly<Record<Overview, object>> = {
  WAITING: { state: 'WAITING_FOR_SIGNERS', waitingFor: [1, 2], signers: SIGNERS('WAITING') },
  STOPPED: { state: 'REJECTED', waitingFor: [], signers: SIGNERS('REJECTED') },
  SIGNED: { state: 'SIGNED', waitingFor: [], signers: SIGNERS('SIGNED') },
};

function jobOf(number: number) {
  const overview = (['WAITING', 'WAITING', 'WAITING', 'STOPPED', 'SIGNED'] as const)[number % 5] ?? 'WAITING';
  const signer = { ...EMPTY_DRAFT.signers[0]!, emailAddress: `signer-${number}@example.com` };
  return {
    id: randomUUID(),
    reference: `lease-${number}`,
    content: {
      ...EMPTY_DRAFT,
      title: `Lease ${number}`,
      message: 'Please sign the lease of the flat. The keys are at the caretaker.',
      signers: [signer, { ...signer, emailAddress: 'landlord@example.com', mobileNumber: '91234567' }],
    },
    overview,
    sentAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000),
  };
}
