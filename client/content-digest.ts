import { createHash } from 'node:crypto';
import type { DirectJobContent, Flow, PortalJobContent } from '../contract/index.js';

/**
 * SHA-256 over a job's content, lower-case hexadecimal. The same content gives the same digest in whatever order its
 * members were written; the order of documents and signers counts. Frozen: ledgers of years ago hold such digests.
 */
export function contentDigest(flow: Flow, job: PortalJobContent | DirectJobContent): string {
  return createHash('sha256')
    .update(canonicalJson({ version: 1, flow, job }), 'utf8')
    .digest('hex');
}

/** JSON without blanks, members sorted by name, absent members left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
