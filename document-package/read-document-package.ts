import type { X509Certificate } from 'node:crypto';
import { DocumentPackageInvalidError } from './document-package-invalid-error.js';
import { MANIFEST_NAME } from './package-entry-name.js';
import { readZip } from './read-zip.js';
import type { PackagedDocument } from './seal-document-package.js';
import { verifyPackageSignature } from './verify-package-signature.js';

/** A document package whose signature covers all that is in it. */
export interface DocumentPackage {
  /** `manifest.xml`, as it is. */
  readonly manifest: Uint8Array;
  /** In the order of the container. */
  readonly documents: readonly PackagedDocument[];
  /** Proved to have signed; whether its holder may send is the caller's question. */
  readonly signingCertificate: X509Certificate;
  /** All that came with the signature; some clients send the signing certificate alone. */
  readonly certificates: readonly X509Certificate[];
  readonly signingTime: Date;
}

export interface ReadDocumentPackageOptions {
  /** What the signing time is held against. @default the real time */
  readonly now?: Date;
  /** How far the signing time may be off, in milliseconds, to either side. @default 5000, as the service */
  readonly signingTimeToleranceMs?: number;
}

const SIGNATURES_NAME = 'META-INF/signatures.xml';
// 20 documents, the manifest, the signature, and folders that some tools write.
const MAX_ENTRIES = 32;
// 10 485 760 bytes of documents, and room for manifest and signature.
const MAX_BYTES = 10_485_760 + 2 * 1024 * 1024;
// What a file is that was signed without its type.
const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/**
 * Opens an ASiC-E container as the service does, and believes nothing that is not signed.
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
    throw new DocumentPackageInvalidError(`META-INF must hold signatures.xml and nothing else`);
  }

  const { signature, signingTime, files } = verifyPackageSignature(signatureFile.content, signed, {
    now,
    toleranceMs: signingTimeToleranceMs,
  });
  const manifest = files.find(({ name }) => name === MANIFEST_NAME);
  if (manifest === undefined) throw new DocumentPackageInvalidError('there is no manifest.xml in it');
  const documents = files.filter((file) => file !== manifest);
  if (documents.length === 0) throw new DocumentPackageInvalidError('there is no document in it');
  return {
    manifest: manifest.content,
    documents: documents.map(({ mediaType = UNKNOWN_MEDIA_TYPE, ...file }) => ({ ...file, mediaType })),
    signingCertificate: signature.signingCertificate,
    certificates: signature.certificates,
    signingTime,
  };
}

// Case is ignored: a reader on Windows would find META-INF under any.
function isMetaInformation(name: string): boolean {
  return name.toUpperCase().startsWith('META-INF/');
}
