import { createHash } from 'node:crypto';
import type { DocumentToSign } from '../contract/index.js';
import type { LedgerClaim, LedgerEntry, Storage } from '../storage/index.js';
import type { PreparedDocument } from './request/read-documents.js';

/** What the workflow is told of a document: where its bytes will be in storage. */
export function referenceTo({ name, title, mediaType, content }: PreparedDocument): DocumentToSign {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { sha256, size: content.byteLength, name, mediaType, title };
}

/**
 * Takes a reference for a job and stores its documents.
 * @throws REFERENCE_IN_USE, STORAGE_UNAVAILABLE (retryable)
 */
export async function claimJob(
  claim: LedgerClaim,
  documents: readonly PreparedDocument[],
  storage: Storage,
): Promise<{ readonly entry: LedgerEntry; readonly existing: boolean }> {
  const known = await storage.ledger.find(claim);
  // Other content under a known reference is refused before any of it is stored.
  if (known !== undefined) await storage.ledger.claim(claim);
  // Before the claim, so that whatever is claimed can be sent; again each time, which heals what was lost.
  for (const { name, mediaType, content } of documents) {
    await storage.documents.put(content, { name, mediaType });
  }
  return { entry: await storage.ledger.claim(claim), existing: known !== undefined };
}
