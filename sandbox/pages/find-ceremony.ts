import { bringUpToDate } from '../api/find-job.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { BrowserSessions, PortalLogIn } from './browser-sessions.js';
import type { PageRequest } from './page-request.js';

/** A signer's ceremony, and the browser's access to it. */
export interface Ceremony {
  readonly job: SandboxJob;
  readonly signer: JobSigner;
  /** The name of the ceremony in paths. */
  readonly key: string;
  readonly path: string;
  /**
   * OPEN: access to all; CODE: the one-time code is missing; LOG_IN: the log-in is missing; LEVEL: the log-in has a too
   * low security level; SOMEBODY_ELSES: the logged-in person is not the signer;
   * USED_LINK: the redirect URL was used by another browser, or a newer one has replaced it.
   */
  readonly access: 'OPEN' | 'CODE' | 'LOG_IN' | 'LEVEL' | 'SOMEBODY_ELSES' | 'USED_LINK';
  readonly logIn?: PortalLogIn | undefined;
}

/** The name of a signer's ceremony in paths, as it stands in notifications. */
export function ceremonyKey(job: SandboxJob, signer: JobSigner): string {
  return `${job.id}-${signer.id}`;
}

/** The cookie of a browser that was admitted by a redirect URL. */
export function visitorCookie(key: string): string {
  return `signering-visitor-${key}`;
}

/** The path of a signer's ceremony. */
export function ceremonyPath(job: SandboxJob, signer: JobSigner): string {
  return `/pages/${ceremonyKey(job, signer)}`;
}

/** Finds a ceremony by its name and decides what the browser may see of it. */
export async function findCeremony(
  parts: SandboxParts,
  sessions: BrowserSessions,
  request: PageRequest & { readonly key: string },
): Promise<Ceremony | undefined> {
  const [, jobId, signerId] = /^(\d{1,18})-(\d{1,18})$/u.exec(request.key) ?? [];
  if (jobId === undefined || parts.jobs.find(jobId) === undefined) return undefined;
  const job = await bringUpToDate(parts, jobId);
  const signer = job.signers.find(({ id }) => id === signerId);
  if (signer === undefined) return undefined;
  const path = ceremonyPath(job, signer);
  const logIn = job.flow === 'PORTAL' ? sessions.logInOf(request.session) : undefined;
  return { job, signer, key: request.key, path, logIn, access: access() };

  function access(): Ceremony['access'] {
    if (job.flow === 'DIRECT') {
      const visitor = signer?.entrance?.visitor;
      return visitor !== undefined && visitor === request.cookie(visitorCookie(request.key))
        ? 'OPEN'
        : 'USED_LINK';
    }
    const number = signer?.asked.personalIdentificationNumber;
    if (number === undefined) return sessions.hasOpened(request.session, request.key) ? 'OPEN' : 'CODE';
    if (logIn === undefined) return 'LOG_IN';
    if (logIn.person.personalIdentificationNumber !== number) return 'SOMEBODY_ELSES';
    return logIn.level < (job.manifest.requiredAuthentication ?? 4) ? 'LEVEL' : 'OPEN';
  }
}
