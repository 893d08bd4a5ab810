import type { DocumentDeletionInput, DocumentDeletionResult } from '@signering/contract';
import { deleteDocuments } from './activities.js';

/**
 * Deletes the service's documents of an archived job. Tries again while the service or storage is away; fails when the
 * service refuses.
 */
export async function documentDeletion({
  organizationNumber,
  reference,
}: DocumentDeletionInput): Promise<DocumentDeletionResult> {
  return { version: 1, ...(await deleteDocuments({ organizationNumber, reference })) };
}
