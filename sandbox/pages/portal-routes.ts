import type { FastifyInstance } from 'fastify';
import { bringUpToDate } from '../api/find-job.js';
import { isTurn } from '../ceremony/require-turn.js';
import { deadlineOf } from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { senderName } from '../organizations.js';
import { personOf, TEST_PEOPLE, type Person } from '../people.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { SESSION_COOKIE, type BrowserSessions, type PortalLogIn } from './browser-sessions.js';
import { chosenPerson } from './chosen-person.js';
import { removeCookie, writeCookie } from './cookies.js';
import { ceremonyPath } from './find-ceremony.js';
import { ownPath, readPageRequest, type PageRequest } from './page-request.js';
import { sendOn, sendPage } from './page-reply.js';
import { isSignedDocumentThere } from './signed-document.js';
import type { Texts } from './texts/index.js';
import type { Page } from './views/layout.js';
import { logInPage } from './views/log-in-page.js';
import { overviewPage, type OverviewEntry } from './views/overview-page.js';

/** The most persons that the log-in page lists; others can be typed. */
const LISTED_PEOPLE = 12;

/** The log-in page of the signing portal and the overview of jobs. */
export function addPortalRoutes(
  pages: FastifyInstance,
  parts: SandboxParts,
  sessions: BrowserSessions,
): void {
  const logIn = (request: PageRequest, content: Partial<Parameters<typeof logInPage>[1]> = {}): Page =>
    logInPage(request.texts, { people: peopleToBe(parts), next: '/pages', ...content });

  pages.get('/', async (incoming, reply) => {
    const request = readPageRequest(incoming);
    const loggedIn = sessions.logInOf(request.session);
    const page = loggedIn === undefined ? logIn(request) : await overviewOf(parts, loggedIn, request.texts);
    return await sendPage(reply, page, { request });
  });
  pages.get<{ Querystring: { next?: string } }>('/log-in', async (incoming, reply) => {
    const request = readPageRequest(incoming);
    return await sendPage(reply, logIn(request, { next: ownPath(incoming.query.next) }), { request });
  });
  pages.post('/log-in', async (incoming, reply) => {
    const request = readPageRequest(incoming);
    const { form, texts, session } = request;
    const next = ownPath(form['next']);
    const choice = chosenPerson(form, texts);
    if ('problem' in choice) {
      const page = logIn(request, { next, problem: choice.problem, filledIn: form });
      return await sendPage(reply, page, { request, path: '/pages' });
    }
    const level = form['level'] === '3' ? 3 : 4;
    const renewed = sessions.logIn(session, { person: choice.person, level });
    return await sendOn(reply, next, [writeCookie(SESSION_COOKIE, renewed)]);
  });
  pages.post('/log-out', async (incoming, reply) => {
    sessions.logOut(readPageRequest(incoming).session);
    return await sendOn(reply, '/pages', [removeCookie(SESSION_COOKIE)]);
  });
}

/** The pending signers of jobs, and the test people. */
function peopleToBe(parts: SandboxParts): readonly Person[] {
  const waitedFor = parts.jobs
    .all()
    .filter(({ endedAt, flow }) => endedAt === undefined && flow === 'PORTAL')
    .reverse()
    .flatMap(({ signers }) => signers)
    .filter(({ status }) => status === 'WAITING')
    .flatMap(({ asked }) => asked.personalIdentificationNumber ?? [])
    .slice(0, LISTED_PEOPLE);
  const known = TEST_PEOPLE.map(({ personalIdentificationNumber }) => personalIdentificationNumber);
  return [...new Set([...waitedFor, ...known])].map(personOf);
}

async function overviewOf(parts: SandboxParts, { person, level }: PortalLogIn, texts: Texts): Promise<Page> {
  const waiting: OverviewEntry[] = [];
  const signed: (OverviewEntry & { readonly signedDocument?: string | undefined })[] = [];
  for (const { id, flow } of parts.jobs.all()) {
    if (flow !== 'PORTAL') continue;
    const job = await bringUpToDate(parts, id);
    for (const signer of job.signers) {
      if (signer.asked.personalIdentificationNumber !== person.personalIdentificationNumber) continue;
      const entry = entryOf(job, signer, texts, level < (job.manifest.requiredAuthentication ?? 4));
      const now = parts.clock.now();
      if (isTurn(job, signer, now)) waiting.push(entry);
      if (signer.status === 'SIGNED') {
        const isThere = isSignedDocumentThere(job, signer, now);
        signed.push({ ...entry, ...(isThere ? { signedDocument: `${entry.path}/signed` } : {}) });
      }
    }
  }
  return overviewPage(texts, { name: person.name, waiting: waiting.reverse(), signed: signed.reverse() });
}

/** At a lower security level than the job requires, only the non-sensitive title is shown. */
function entryOf(job: SandboxJob, signer: JobSigner, texts: Texts, isHidden: boolean): OverviewEntry {
  const deadline = signer.status === 'WAITING' ? deadlineOf(job) : undefined;
  return {
    title: isHidden ? (job.manifest.nonsensitiveTitle ?? texts.untitled) : job.manifest.title,
    sender: senderName(job.organizationNumber),
    path: ceremonyPath(job, signer),
    ...(deadline === undefined ? {} : { deadline: texts.time(new Date(deadline)) }),
  };
}
