import { randomBytes } from 'node:crypto';
import type { JobSigner, SandboxJob } from '../jobs/job.js';

/** Creates the token for the exit URL of a direct-flow signer who has acted. */
export function withStatusToken(job: SandboxJob, number: number): SandboxJob {
  if (job.direct === undefined) return job;
  const statusToken = randomBytes(24).toString('base64url');
  return {
    ...job,
    direct: { ...job.direct, statusTokens: [...job.direct.statusTokens, statusToken] },
    signers: job.signers.map((signer) => {
      if (signer.number !== number) return signer;
      const { entrance, ...rest } = signer;
      // A failed ceremony has ended; a new one requires a new redirect URL.
      const kept = signer.status === 'FAILED' || entrance === undefined ? rest : { ...rest, entrance };
      return { ...kept, statusToken };
    }),
  };
}

/** The exit URL after the ceremony; undefined before the signer has acted, and in the portal flow. */
export function exitUrlOf(job: SandboxJob, signer: JobSigner): string | undefined {
  if (job.direct === undefined || signer.statusToken === undefined) return undefined;
  const { completionUrl, rejectionUrl, errorUrl } = job.direct.exitUrls;
  if (signer.status === 'SIGNED') return addToken(completionUrl, signer.statusToken);
  return addToken(signer.status === 'REJECTED' ? rejectionUrl : errorUrl, signer.statusToken);
}

/** Appends the token to the query, and leaves every other character unchanged. */
function addToken(url: string, token: string): string {
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/su.exec(url.trim()) ?? [];
  const joint = address.includes('?') ? (/[?&]$/u.test(address) ? '' : '&') : '?';
  return `${address}${joint}status_query_token=${token}${fragment}`;
}
