import type { X509Certificate } from 'node:crypto';
import { DocumentPackageInvalidError } from './document-package-invalid-error.js';
import { MANIFEST_NAME } from './package-entry-name.js';
import { readZip } from './read-zip.js';
import type { PackagedDocument } from './seal-document-package.js';
import { verifyPackageSignature } from './verify-package-signature.js';

/** A document package whose signature covers all its files. */
export interface DocumentPackage {
  /** `manifest.xml`, unchanged. */
  readonly manifest: Uint8Array;
  /** In container order. */
  readonly documents: readonly PackagedDocument[];
  /** The certificate of the signing key. The caller decides whether its holder may send. */
  readonly signingCertificate: X509Certificate;
  /** All certificates in the signature; some clients include only the signing certificate. */
  readonly certificates: readonly X509Certificate[];
  readonly signingTime: Date;
}

export interface ReadDocumentPackageOptions {
  /** The time that the signing time is compared with. @default the current time */
  readonly now?: Date;
  /** Accepted difference of the signing time, in milliseconds, in either direction. @default 5000, as at the service */
  readonly signingTimeToleranceMs?: number;
}

const SIGNATURES_NAME = 'META-INF/signatures.xml';
// 20 documents, the manifest, the signature, and folders that some tools write.
const MAX_ENTRIES = 32;
// 10 485 760 bytes of documents, and room for manifest and signature.
const MAX_BYTES = 10_485_760 + 2 * 1024 * 1024;
// Media type of a file whose signature does not state one.
const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/**
 * Opens an ASiC-E container as the service does, and trusts only signed content.
 *
 * Spec: posten-api, the document package; ETSI TS 102 918.
 * @throws DOCUMENT_PACKAGE_INVALID with the reason
 */
export async function readDocumentPackage(
  bytes: Uint8Array,
  { now = new Date(), signingTimeToleranceMs = 5000 }: ReadDocumentPackageOptions = {},
): Promise<DocumentPackage> {
  const entries = await readZip(bytes, { maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES });
  const signatureFiles = entries.filter(({ name }) => isMetaInformation(name));
  const signed = entries.filter(({ name }) => !isMetaInformation(name));
  const [signatureFile] = signatureFiles;
  if (signatureFile?.name !== SIGNATURES_NAME || signatureFiles.length !== 1) {
    throw new DocumentPackageInvalidError(`META-INF must contain only signatures.xml`);
  }

  const { signature, signingTime, files } = verifyPackageSignature(signatureFile.content, signed, {
    now,
    toleranceMs: signingTimeToleranceMs,
  });
  const manifest = files.find(({ name }) => name === MANIFEST_NAME);
  if (manifest === undefined) throw new DocumentPackageInvalidError('it contains no manifest.xml');
  const documents = files.filter((file) => file !== manifest);
  if (documents.length === 0) throw new DocumentPackageInvalidError('it contains no document');
  return {
    manifest: manifest.content,
    documents: documents.map(({ mediaType = UNKNOWN_MEDIA_TYPE, ...file }) => ({ ...file, mediaType })),
    signingCertificate: signature.signingCertificate,
    certificates: signature.certificates,
    signingTime,
  };
}

// Ignores case: a reader on Windows finds META-INF in any case.
function isMetaInformation(name: string): boolean {
  return name.toUpperCase().startsWith('META-INF/');
}
