import type { DocumentDeletionInput, DocumentDeletionResult } from '@signering/contract';
import { deleteDocuments } from './activities.js';

/**
 * Deletes the service's documents of an archived job. Retries while the service or storage is unavailable; fails when the
 * service refuses.
 */
export async function documentDeletion({
  organizationNumber,
  reference,
}: DocumentDeletionInput): Promise<DocumentDeletionResult> {
  return { version: 1, ...(await deleteDocuments({ organizationNumber, reference })) };
}
