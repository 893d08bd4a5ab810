import { bringUpToDate } from '../api/find-job.js';
import { actAsSigner, type SignerAct } from '../ceremony/act-as-signer.js';
import { NEW_FAULT } from '../faults/fault-order.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import type { SandboxJob } from '../jobs/job.js';
import { sendWaitingCopies } from '../jobs/signed-copies.js';
import { AdminRefusal } from './admin-error.js';
import {
  CLOCK_MOVE,
  CONTACT_CHANGE,
  IDENTITY_NUMBER,
  JOB_ADDRESS,
  MAILBOX_CHANGE,
  NEW_HOLD,
  ORGANIZATION_CHOICES,
  ORGANIZATION_NUMBER,
  parseRequest,
  SIGNER_ADDRESS,
} from './admin-request.js';
import { describeJob, summarizeJob } from './describe-job.js';

/** A request of the admin interface. */
interface AdminCall {
  readonly parts: FaultySandbox;
  /** The parts of the path in braces. */
  readonly params: unknown;
  /** The parsed body; undefined without one. */
  readonly body: unknown;
}

/** A route of the admin interface, below `/v1`. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With parameters in braces. */
  readonly path: string;
  /** The body of the request; absent: none. */
  readonly body?: string;
  readonly purpose: string;
  /** @default 200 */
  readonly status?: number;
  /** Returns the body of the response. */
  readonly answer: (call: AdminCall) => unknown;
}

const SIGNER_ACTS: Readonly<Record<SignerAct, string>> = {
  sign: 'the signer signs',
  reject: 'the signer rejects',
  block: 'the signer, addressed by contact information, has entered too many wrong codes',
  'lose-name':
    'the name of the signer cannot be looked up for the signed document; authenticated signatures only',
  fail: 'the signing ceremony of the signer fails; direct flow only',
};

/** All routes except the overview, which lists them. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/jobs',
    purpose: 'all jobs',
    answer: async ({ parts }) => ({ jobs: (await upToDate(parts)).map(summarizeJob) }),
  },
  {
    method: 'GET',
    path: '/jobs/{signatureJobId}',
    purpose: 'one job: its signers, what was delivered and confirmed, its ledger of API calls',
    answer: async ({ parts, params }) => {
      const { signatureJobId } = knownJob(parts, parseRequest(JOB_ADDRESS, params));
      const job = describeJob(await bringUpToDate(parts, signatureJobId));
      return { ...job, ledger: parts.ledger.ofJob(signatureJobId) };
    },
  },
  ...Object.entries(SIGNER_ACTS).map(([act, purpose]): AdminRoute => ({
    method: 'POST',
    path: `/jobs/{signatureJobId}/signers/{signer}/${act}`,
    purpose,
    answer: async ({ parts, params }) => {
      const { signatureJobId, signer } = knownJob(parts, parseRequest(SIGNER_ADDRESS, params));
      const acted = { jobId: signatureJobId, signer, act: act as SignerAct };
      return describeJob(await actAsSigner(parts, acted));
    },
  })),
  {
    method: 'GET',
    path: '/clock',
    purpose: 'the time of the sandbox, the real time, and how far the sandbox is ahead',
    answer: ({ parts }) => describeClock(parts),
  },
  {
    method: 'POST',
    path: '/clock',
    body: '{"advanceSeconds": s}',
    purpose: 'moves the clock forward: polling, re-delivery, deadlines, the header Date',
    answer: async ({ parts, body }) => {
      const { advanceSeconds } = parseRequest(CLOCK_MOVE, body);
      await parts.clock.advance(advanceSeconds * 1000);
      await upToDate(parts);
      return describeClock(parts);
    },
  },
  {
    method: 'GET',
    path: '/ledger',
    purpose: 'every API call with time, operation and response',
    answer: ({ parts }) => ({ calls: parts.ledger.entries() }),
  },
  {
    method: 'GET',
    path: '/holds',
    purpose: 'the holds, each ARMED or HOLDING',
    answer: ({ parts }) => ({ holds: parts.holds.list() }),
  },
  {
    method: 'POST',
    path: '/holds',
    body: '{"operation": o, "when": "before" or "after"}',
    purpose:
      'blocks the next such call before or after it takes effect (rejected calls and polls of an empty queue have no effect)',
    status: 201,
    answer: ({ parts, body }) => parts.holds.arm(parseRequest(NEW_HOLD, body)),
  },
  {
    method: 'DELETE',
    path: '/holds',
    purpose: 'releases all held calls and removes the other holds',
    answer: ({ parts }) => ({ holds: parts.holds.releaseAll() }),
  },
  {
    method: 'GET',
    path: '/faults',
    purpose: 'the pending faults',
    answer: ({ parts }) => ({ faults: parts.faults.list() }),
  },
  {
    method: 'POST',
    path: '/faults',
    body: '{"fault": f, "operation": o, "times": n, …}',
    purpose: 'the next n such calls fail; each fault has its own settings',
    status: 201,
    answer: ({ parts, body }) => parts.faults.order(parseRequest(NEW_FAULT, body)),
  },
  {
    method: 'DELETE',
    path: '/faults',
    purpose: 'removes the pending faults',
    answer: ({ parts }) => ({ faults: parts.faults.clear() }),
  },
  {
    method: 'GET',
    path: '/emails',
    purpose: 'the emails that workers sent to people of senders, since the sandbox started',
    answer: ({ parts }) => ({ emails: parts.emails.list() }),
  },
  {
    method: 'GET',
    path: '/outbox',
    purpose: 'the notifications that the service would have sent',
    answer: async ({ parts }) => ({ notifications: notificationsOf(await upToDate(parts)) }),
  },
  {
    method: 'PUT',
    path: '/contact-register/{personalIdentificationNumber}',
    body: '{"status": s}',
    purpose:
      'sets the entry of a person in the national contact register: REACHABLE, RESERVED, CONTACT_INFORMATION_MISSING',
    answer: async ({ parts, params, body }) => {
      const { personalIdentificationNumber } = parseRequest(IDENTITY_NUMBER, params);
      const { status } = parseRequest(CONTACT_CHANGE, body);
      await parts.register.setStatus(personalIdentificationNumber, status);
      return parts.register.lookUp(personalIdentificationNumber);
    },
  },
  {
    method: 'PUT',
    path: '/mailboxes/{personalIdentificationNumber}',
    body: '{"status": s}',
    purpose:
      'sets whether a person has a mailbox for signed documents: OPEN (sends waiting copies) or MISSING',
    answer: async ({ parts, params, body }) => {
      const { personalIdentificationNumber } = parseRequest(IDENTITY_NUMBER, params);
      const { status } = parseRequest(MAILBOX_CHANGE, body);
      await parts.mailboxes.setStatus(personalIdentificationNumber, status);
      if (status === 'OPEN') {
        const now = parts.clock.now();
        for (const { id } of parts.jobs.all()) {
          await parts.jobs.update(id, (job) => sendWaitingCopies(job, personalIdentificationNumber, now));
        }
      }
      return { status };
    },
  },
  {
    method: 'PUT',
    path: '/organizations/{organizationNumber}',
    body: '{"longTermStorage": b}',
    purpose: 'sets whether documents signed from now on go to long-term storage for an organisation',
    answer: async ({ parts, params, body }) => {
      const { organizationNumber } = parseRequest(ORGANIZATION_NUMBER, params);
      await parts.organizationSettings.set(organizationNumber, parseRequest(ORGANIZATION_CHOICES, body));
      return parts.organizationSettings.of(organizationNumber);
    },
  },
];

/** A route as the overview and the documentation write it, such as `GET /jobs`. */
export function routeInWords({ method, path, body }: AdminRoute): string {
  return [method, path, body].filter((part) => part !== undefined).join(' ');
}

async function upToDate(parts: FaultySandbox): Promise<readonly SandboxJob[]> {
  const jobs: SandboxJob[] = [];
  for (const { id } of parts.jobs.all()) jobs.push(await bringUpToDate(parts, id));
  return jobs;
}

function notificationsOf(jobs: readonly SandboxJob[]) {
  return jobs
    .flatMap(({ id: signatureJobId, reference, notifications }) =>
      notifications.map((message) => ({ signatureJobId, reference, ...message })),
    )
    .sort((one, other) => one.sentAt.localeCompare(other.sentAt));
}

/** What the sandbox's clock and the real one show. */
export function describeClock({ clock }: FaultySandbox) {
  return {
    at: clock.now().toISOString(),
    realAt: new Date().toISOString(),
    aheadSeconds: clock.offsetMs / 1000,
  };
}

/** @throws AdminRefusal NOT_FOUND */
function knownJob<Address extends { readonly signatureJobId: string }>(
  parts: FaultySandbox,
  address: Address,
): Address {
  if (parts.jobs.find(address.signatureJobId) !== undefined) return address;
  throw new AdminRefusal('NOT_FOUND', `There is no job ${address.signatureJobId}.`);
}
