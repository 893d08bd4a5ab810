import Fastify, { type FastifyInstance } from 'fastify';
import { actAsSigner } from '../ceremony/act-as-signer.js';
import { CeremonyRefusal } from '../ceremony/ceremony-refusal.js';
import { bringUpToDate } from '../api/find-job.js';
import { NEW_FAULT } from '../faults/fault-order.js';
import type { SandboxJob } from '../jobs/job.js';
import { sendWaitingCopies } from '../jobs/signed-copies.js';
import { pagesFor } from '../pages/pages.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import { ADMIN_GUIDE } from './admin-guide.js';
import {
  AdminRefusal,
  CLOCK_MOVE,
  CONTACT_CHANGE,
  IDENTITY_NUMBER,
  JOB_ADDRESS,
  MAILBOX_CHANGE,
  ORGANIZATION_CHOICES,
  ORGANIZATION_NUMBER,
  NEW_HOLD,
  parseRequest,
  SIGNER_ACT,
} from './admin-request.js';
import { describeJob, summarizeJob } from './describe-job.js';

/** The parts that the admin interface uses. */
export interface AdminServerOptions {
  readonly parts: FaultySandbox;
  readonly stateId: string;
}

/** The admin interface: plain HTTP and JSON, for this machine only. Responses may contain personal data, which is test data. */
export function createAdminServer({ parts, stateId }: AdminServerOptions): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.addHook('onRequest', (request, _reply, done) => {
    // A web page must not reach this interface through its own host name that resolves to this machine.
    const isLocal = /^(?:127\.0\.0\.1|localhost)$/u.test(request.hostname);
    // Pages of this server may have either of its two names as their origin.
    const { origin, host = '' } = request.headers;
    const isOurs = isLocal && (origin === undefined || origin === `http://${host}`);
    done(isOurs ? undefined : new AdminRefusal(403, 'Pages of other origins must not call this interface.'));
  });
  // Parses any body as JSON, regardless of its type; acting as a signer needs no body.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new AdminRefusal(400, 'The body is not JSON.'));
    }
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const message = error instanceof Error ? error.message : String(error);
    const status = statusFor(error);
    if (status === 500) parts.report(`The admin interface failed: ${message}`);
    return await reply.code(status).send({ error: message });
  });
  server.setNotFoundHandler(async (request, reply) => {
    const error = `${request.method} ${request.url} does not exist: GET / lists the routes.`;
    return await reply.code(404).send({ error });
  });

  server.get('/', () => ({
    ...ADMIN_GUIDE,
    stateId,
    ...parts.urls,
    now: parts.clock.now().toISOString(),
  }));
  void server.register(pagesFor(parts), { prefix: '/pages' });

  server.get('/jobs', async () => (await upToDate(parts)).map(summarizeJob));
  server.get('/jobs/:id', async (request) => {
    const { id } = parseRequest(JOB_ADDRESS, request.params);
    if (parts.jobs.find(id) === undefined) throw noSuchJob(id);
    return { ...describeJob(await bringUpToDate(parts, id)), ledger: parts.ledger.ofJob(id) };
  });
  server.post('/jobs/:id/signers/:n/:act', async (request) => {
    const { id, n, act } = parseRequest(SIGNER_ACT, request.params);
    if (parts.jobs.find(id) === undefined) throw noSuchJob(id);
    return describeJob(await actAsSigner(parts, { jobId: id, signer: n, act }));
  });

  server.get('/clock', () => describeClock(parts));
  server.post('/clock', async (request) => {
    const { advanceSeconds } = parseRequest(CLOCK_MOVE, request.body);
    await parts.clock.advance(advanceSeconds * 1000);
    await upToDate(parts);
    return describeClock(parts);
  });

  server.get('/ledger', () => parts.ledger.entries());
  server.get('/holds', () => parts.holds.list());
  server.post('/holds', async (request, reply) => {
    const hold = parts.holds.arm(parseRequest(NEW_HOLD, request.body));
    return await reply.code(201).send(hold);
  });
  server.delete('/holds', () => parts.holds.releaseAll());

  server.get('/faults', () => parts.faults.list());
  server.post('/faults', async (request, reply) => {
    const fault = parts.faults.order(parseRequest(NEW_FAULT, request.body));
    return await reply.code(201).send(fault);
  });
  server.delete('/faults', () => parts.faults.clear());

  server.get('/outbox', async () =>
    (await upToDate(parts))
      .flatMap((job) =>
        job.notifications.map((message) => ({ jobId: job.id, reference: job.reference, ...message })),
      )
      .sort((one, other) => one.sentAt.localeCompare(other.sentAt)),
  );
  server.put('/contact-register/:number', async (request) => {
    const { number } = parseRequest(IDENTITY_NUMBER, request.params);
    const { status } = parseRequest(CONTACT_CHANGE, request.body);
    await parts.register.setStatus(number, status);
    return parts.register.lookUp(number);
  });
  server.put('/mailboxes/:number', async (request) => {
    const { number } = parseRequest(IDENTITY_NUMBER, request.params);
    const { status } = parseRequest(MAILBOX_CHANGE, request.body);
    await parts.mailboxes.setStatus(number, status);
    if (status === 'OPEN') {
      for (const { id } of parts.jobs.all()) {
        await parts.jobs.update(id, (job) => sendWaitingCopies(job, number, parts.clock.now()));
      }
    }
    return { status };
  });
  server.put('/organizations/:number', async (request) => {
    const { number } = parseRequest(ORGANIZATION_NUMBER, request.params);
    await parts.organizationSettings.set(number, parseRequest(ORGANIZATION_CHOICES, request.body));
    return parts.organizationSettings.of(number);
  });
  return server;
}

async function upToDate(parts: FaultySandbox): Promise<readonly SandboxJob[]> {
  const jobs: SandboxJob[] = [];
  for (const { id } of parts.jobs.all()) jobs.push(await bringUpToDate(parts, id));
  return jobs;
}

function describeClock({ clock }: FaultySandbox) {
  return { now: clock.now().toISOString(), realTime: new Date().toISOString(), aheadMs: clock.offsetMs };
}

function noSuchJob(id: string): AdminRefusal {
  return new AdminRefusal(404, `There is no job ${id}.`);
}

function statusFor(error: unknown): number {
  if (error instanceof AdminRefusal) return error.status;
  if (error instanceof CeremonyRefusal) return 409;
  // Fastify's errors, such as a body that is not JSON.
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return 500;
}
