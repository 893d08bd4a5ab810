import { packageEntryNames } from '@signering/document-package';
import type { ManifestDocument } from '@signering/schema';
import type { PackageDocument } from '../calls.js';

/** A document of a job, before it has its place in the manifest and in the package. */
export interface DocumentToSend {
  /** 1–80 characters, shown to the signers. */
  readonly title: string;
  /** PDF 1.1–1.7 or PDF/A, or plain text; all documents of a job together at most 10 485 760 bytes. */
  readonly content: Uint8Array;
  /** `application/pdf` or `text/plain`. @default 'application/pdf' */
  readonly mediaType?: string | undefined;
  /** A file name to make the entry's name of, without personal data. @default made of the title */
  readonly name?: string | undefined;
}

/** Documents as the manifest lists them, and as the package holds them, under the same names. */
export interface PlacedDocuments {
  readonly listed: readonly ManifestDocument[];
  readonly packaged: readonly PackageDocument[];
}

const PDF = 'application/pdf';
const EXTENSIONS: Readonly<Record<string, string>> = { [PDF]: '.pdf', 'text/plain': '.txt' };

/** Gives each document a unique name. Spec: portal.xsd, portal-document; direct.xsd, direct-document. */
export function placeDocuments(documents: readonly DocumentToSend[]): PlacedDocuments {
  const names = packageEntryNames(
    documents.map(({ name, title, mediaType = PDF }) => name ?? `${title}${EXTENSIONS[mediaType] ?? ''}`),
  );
  const placed = documents.map(({ title, content, mediaType = PDF }, index) => ({
    name: names[index] ?? title,
    title,
    mediaType,
    content,
  }));
  return {
    listed: placed.map(({ name, mediaType, title }) => ({ href: name, mime: mediaType, title })),
    packaged: placed.map(({ name, mediaType, content }) => ({ name, mediaType, content })),
  };
}
