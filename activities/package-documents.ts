import type { DocumentToSign } from '../contract/index.js';
import { packageEntryNames } from '../document-package/index.js';
import type { ManifestDocument } from '../schema/index.js';
import type { PackageDocument } from '../signing-api/index.js';
import type { DocumentStore } from '../storage/index.js';

/** The names that a job's documents have inside the package, in their order: unique, and the manifest's `href`s. */
export function packageEntryNamesOf(documents: readonly DocumentToSign[]): readonly string[] {
  return packageEntryNames(documents.map(({ name }) => name));
}

/** The documents as the manifest names them. */
export function manifestDocumentsOf(documents: readonly DocumentToSign[]): readonly ManifestDocument[] {
  const names = packageEntryNamesOf(documents);
  return documents.map((document, index) => ({
    href: names[index] ?? document.name,
    mime: document.mediaType,
    title: document.title,
  }));
}

/** The documents with their bytes, out of storage. @throws DOCUMENT_MISSING, STORAGE_UNAVAILABLE (retryable) */
export function packageDocumentsOf(
  documents: readonly DocumentToSign[],
  store: DocumentStore,
): Promise<readonly PackageDocument[]> {
  const names = packageEntryNamesOf(documents);
  return Promise.all(
    documents.map(async (document, index) => ({
      name: names[index] ?? document.name,
      mediaType: document.mediaType,
      content: await store.read(document),
    })),
  );
}
