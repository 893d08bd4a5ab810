import type { LedgerEntry } from './reference-ledger.js';
import type { ArchivedJob } from './signed-document-archive.js';

/** The archived job of a settled reference; undefined unless it is settled. */
export function settledJobOf({
  organizationNumber,
  reference,
  created,
  settled,
}: Pick<LedgerEntry, 'organizationNumber' | 'reference' | 'created' | 'settled'>): ArchivedJob | undefined {
  if (created === undefined || settled === undefined) return undefined;
  const { signatureJobId = created.signatureJobId } = settled;
  return { organizationNumber, reference, signatureJobId, createdAt: created.createdAt };
}
