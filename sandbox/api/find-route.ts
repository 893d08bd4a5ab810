import type { SigningFlow } from '../jobs/job.js';
import type { Operation } from '../operations.js';
import { ServiceRefusal, notFound } from './service-refusal.js';

/** The route of a request. */
export interface Route {
  readonly operation: Operation;
  /** Absent: the path names no sender. */
  readonly organizationNumber?: string;
  readonly jobId?: string;
  readonly signerId?: string;
  readonly documentId?: string;
  /** Absent: the operation belongs to no flow. */
  readonly flow?: SigningFlow;
}

const JOBS = '/api/(?<organizationNumber>[^/]+)/(?<flow>portal|direct)/signature-jobs';
const PORTAL_JOB = '/api/(?<organizationNumber>[^/]+)/(?<flow>portal)/signature-jobs/(?<jobId>\\d{1,18})';
const DIRECT_JOB = '/api/(?<organizationNumber>[^/]+)/(?<flow>direct)/signature-jobs/(?<jobId>\\d{1,18})';
const JOB = `${JOBS}/(?<jobId>\\d{1,18})`;

const DEVELOPMENT = 'signature-jobs/(?<jobId>\\d{1,18})/devmodesign';

/** The URL of every operation. Deletion has the job's own URL. Spec: the official sample messages. */
const ROUTES: readonly {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Operation;
  readonly flow?: SigningFlow;
}[] = [
  { method: 'GET', path: route('/api/(?<organizationNumber>[^/]+)'), operation: 'probe' },
  { method: 'POST', path: route(JOBS), operation: 'create' },
  { method: 'GET', path: route(JOBS), operation: 'fetchStatusChange' },
  { method: 'POST', path: route(`${JOB}/complete`), operation: 'confirm' },
  { method: 'POST', path: route(`${PORTAL_JOB}/cancel`), operation: 'cancel' },
  { method: 'GET', path: route(`${DIRECT_JOB}/status`), operation: 'fetchStatus' },
  {
    method: 'POST',
    path: route(`${DIRECT_JOB}/signers/(?<signerId>\\d{1,2})`),
    operation: 'requestRedirectUrl',
  },
  { method: 'DELETE', path: route(JOB), operation: 'deleteDocuments' },
  { method: 'GET', path: route(`${JOB}/pades`), operation: 'pades' },
  { method: 'GET', path: route(`${JOB}/xades/(?<signerId>\\d{1,18})`), operation: 'xades' },
  {
    method: 'GET',
    path: route('/api/(?<organizationNumber>[^/]+)/archive/documents/(?<documentId>[^/]+)/pades'),
    operation: 'longTermPades',
  },
  { method: 'POST', path: route(`/web/${DEVELOPMENT}`), operation: 'signInDevelopment', flow: 'DIRECT' },
  {
    method: 'POST',
    path: route(`/web/portal/${DEVELOPMENT}`),
    operation: 'signInDevelopment',
    flow: 'PORTAL',
  },
];

/**
 * Finds the operation of a method and a path.
 * @throws ServiceRefusal 404 for an unknown path, 405 for a path with another method
 */
export function findRoute(method: string, path: string): Route {
  const matches = ROUTES.flatMap((candidate) => {
    const groups = candidate.path.exec(path)?.groups;
    return groups === undefined ? [] : [{ ...candidate, groups }];
  });
  const match = matches.find((candidate) => candidate.method === method);
  if (match === undefined) {
    if (matches.length === 0) throw notFound();
    throw new ServiceRefusal('METHOD_NOT_ALLOWED', `Method ${method} is not allowed.`);
  }
  const { organizationNumber, jobId, signerId, documentId } = match.groups;
  const flow = match.groups['flow']?.toUpperCase() ?? match.flow;
  return {
    operation: match.operation,
    ...(organizationNumber === undefined ? {} : { organizationNumber }),
    ...(jobId === undefined ? {} : { jobId }),
    ...(signerId === undefined ? {} : { signerId }),
    ...(documentId === undefined ? {} : { documentId }),
    ...(flow === 'PORTAL' || flow === 'DIRECT' ? { flow } : {}),
  };
}

function route(path: string): RegExp {
  return new RegExp(`^${path}/?$`, 'u');
}
