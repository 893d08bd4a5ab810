import type { DocumentToSign } from '@signering/contract';
import { packageEntryNames } from '@signering/document-package';
import type { ManifestDocument } from '@signering/schema';
import type { PackageDocument } from '@signering/signing-api';
import type { DocumentStore } from '@signering/storage';

/** Unique file names of a job's documents in the package, in the order of the request; the manifest's `href`s. */
export function packageEntryNamesOf(documents: readonly DocumentToSign[]): readonly string[] {
  return packageEntryNames(documents.map(({ name }) => name));
}

/** The documents of the manifest. */
export function manifestDocumentsOf(documents: readonly DocumentToSign[]): readonly ManifestDocument[] {
  const names = packageEntryNamesOf(documents);
  return documents.map((document, index) => ({
    href: names[index] ?? document.name,
    mime: document.mediaType,
    title: document.title,
  }));
}

/** The documents with their bytes from storage. @throws DOCUMENT_MISSING, STORAGE_UNAVAILABLE (retryable) */
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
