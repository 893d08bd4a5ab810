import type { DocumentToSign } from '@signering/contract';
import { packageEntryNames } from '@signering/document-package';
import type { ManifestDocument } from '@signering/schema';
import type { PackageDocument } from '@signering/signing-api';
import type { DocumentStore } from '@signering/storage';

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
