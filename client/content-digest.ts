import { createHash } from 'node:crypto';
import type { DirectJobContent, Flow, PortalJobContent } from '@signering/contract';
import { EXIT_PROOF } from './web/exit-urls.js';

/**
 * SHA-256 over a job's content, lower-case hexadecimal. The same content gives the same digest in any order of its
 * members; the order of documents and signers counts. The proofs in exit URLs do not count: the same order
 * after a key rotation has other proofs. Frozen: ledgers of years ago hold such digests.
 */
export function contentDigest(flow: Flow, job: PortalJobContent | DirectJobContent): string {
  return createHash('sha256')
    .update(canonicalJson({ version: 1, flow, job: withoutExitProofs(job) }), 'utf8')
    .digest('hex');
}

const PROOF_AT_THE_END = new RegExp(`&${EXIT_PROOF}=[A-Za-z0-9_-]{22}$`, 'u');

function withoutExitProofs<Job extends PortalJobContent | DirectJobContent>(job: Job): Job {
  if (!('exitUrls' in job)) return job;
  const { completionUrl, rejectionUrl, errorUrl } = job.exitUrls;
  const without = (url: string): string => url.replace(PROOF_AT_THE_END, '');
  return {
    ...job,
    exitUrls: {
      completionUrl: without(completionUrl),
      rejectionUrl: without(rejectionUrl),
      errorUrl: without(errorUrl),
    },
  };
}

/** JSON without blanks, members sorted by name, absent members left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
