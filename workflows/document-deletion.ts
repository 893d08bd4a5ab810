import type { DocumentDeletionInput, DocumentDeletionResult } from '@signering/contract';
import { deleteDocuments } from './activities.js';
import { demandInputVersion } from './input-version.js';

/**
 * Deletes the service's documents of an archived job. Retries while the service or storage is unavailable; fails when the
 * service refuses.
 */
export async function documentDeletion(input: DocumentDeletionInput): Promise<DocumentDeletionResult> {
  demandInputVersion(input);
  const { organizationNumber, reference } = input;
  return { version: 1, ...(await deleteDocuments({ organizationNumber, reference })) };
}
