import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SigningClient, type PortalJobRequest } from '@signering/client';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { startTemporalServer, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { generateKey } from '@signering/encryption';
import { openStorage } from '@signering/storage';
import type { Bench, Figure } from './bench.js';

/** Starts that wait for their answer at the same time. */
const AT_ONCE = 20;

/** How fast portal jobs are started, beside workflows that do nothing and get a payload of the same size. No worker runs. */
export const bench: Bench = {
  name: 'starts',
  title: 'Starts of portal jobs beside bare workflow starts, 20 at once, everything synced',
  run: async ({ short, report }) => {
    const folder = await mkdtemp(join(tmpdir(), 'signering-bench-'));
    const temporal = await startTemporalServer({
      stateFolder: join(folder, 'temporal'),
      env: withoutSettings(process.env),
      web: false,
    });
    const { address, namespace } = temporal;
    const storage = join(folder, 'storage');
    await openStorage({ location: storage, create: true });
    const client = await SigningClient.connect({
      settings: {
        organizationNumber: '310456780',
        storage,
        keys: [generateKey('bench')],
        temporal: { connection: { address }, namespace },
      },
    });
    const connection = await Connection.connect({ address });
    try {
      const content = await makeAgreement();
      const startJob = (id: string) => client.startPortalJob(jobOf(id, content));
      const payload = 'x'.repeat(await payloadSize(connection, namespace, startJob));
      const bare = new Client({ connection, namespace });
      const startBare = (id: string) =>
        bare.workflow.start('empty', { workflowId: id, taskQueue: 'bench', args: [payload] });
      const [rounds, starts] = short ? [1, 20] : [9, 200];
      const ways = { job: startJob, bare: startBare };
      return figuresOf(await measureAlternately({ ways, rounds, starts, report }));
    } finally {
      await client.close();
      await connection.close();
      await temporal.stop();
    }
  },
};

type Way = 'job' | 'bare';
type Rates = Readonly<Record<Way, readonly number[]>>;

interface Rounds {
  readonly ways: Readonly<Record<Way, (id: string) => Promise<unknown>>>;
  readonly rounds: number;
  /** Of each way in a round. */
  readonly starts: number;
  readonly report: (line: string) => void;
}

/** The rates, in starts a second, of each way in each round, after one that warms up. */
async function measureAlternately({ ways, rounds, starts, report }: Rounds): Promise<Rates> {
  const rates = { job: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of ['bare', 'job'] as const) {
      const startedAt = performance.now();
      await startAll(starts, (index) => ways[way](`${way}-${round}-${index}`));
      const rate = (starts * 1000) / (performance.now() - startedAt);
      if (round > 0) rates[way].push(rate);
      report(`round ${round} of ${rounds}, ${way}: ${rate.toFixed(1)} a second`);
    }
  }
  return rates;
}

async function startAll(count: number, start: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const startOneAfterTheOther = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await start(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, startOneAfterTheOther));
}

function figuresOf({ job, bare }: Rates): readonly Figure[] {
  return [
    { name: 'portal jobs', unit: 'a second', values: job },
    { name: 'bare workflows', unit: 'a second', values: bare },
    {
      name: 'portal jobs beside bare workflows',
      unit: 'times',
      values: job.map((rate, round) => rate / (bare[round] ?? NaN)),
      target: { atLeast: 0.5 },
    },
  ];
}

function jobOf(reference: string, content: Uint8Array): PortalJobRequest {
  return {
    reference,
    title: 'Agreement',
    documents: [
      // Each job has another document, as agreements have: PDF readers ignore what follows the end of the file.
      {
        content: Buffer.concat([content, Buffer.from(`% ${reference}\n`)]),
        name: 'agreement.pdf',
        title: 'Agreement',
      },
    ],
    signers: [{ emailAddress: 'signer@example.com' }],
  };
}

/** The size of the input of a portal job's workflow, in bytes, as Temporal keeps it. */
async function payloadSize(
  connection: Connection,
  namespace: string,
  startJob: (id: string) => Promise<{ readonly workflowId: string }>,
): Promise<number> {
  const { workflowId } = await startJob('first');
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  return input?.payloads?.[0]?.data?.length ?? 0;
}
