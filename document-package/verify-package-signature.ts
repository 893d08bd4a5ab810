import { createHash } from 'node:crypto';
import {
  INCLUSIVE_C14N,
  RSA_SHA256,
  SHA256,
  verifyXadesSignature,
  type SignedReference,
  type XadesSignature,
} from '@signering/signatures';
import { DocumentPackageInvalidError } from './document-package-invalid-error.js';
import { fileNamed } from './entry-reference.js';
import type { ZipEntry } from './read-zip.js';

/** A file with its media type from the signature. */
export interface SignedFile extends ZipEntry {
  readonly mediaType?: string;
}

/** Accepted signing times. */
export interface SigningTimeWindow {
  readonly now: Date;
  readonly toleranceMs: number;
}

/** A package's signature and the files it covers. */
export interface PackageSignature {
  readonly signature: XadesSignature;
  readonly signingTime: Date;
  readonly files: readonly SignedFile[];
}

/**
 * Verifies that one current signature, made with the algorithms that the service accepts, covers all files.
 * Spec: posten-api, the document package.
 * @throws DOCUMENT_PACKAGE_INVALID
 */
export function verifyPackageSignature(
  signatureFile: Uint8Array,
  files: readonly ZipEntry[],
  window: SigningTimeWindow,
): PackageSignature {
  const verification = verifyXadesSignature(signatureFile);
  if (verification.result !== 'INTACT') {
    throw new DocumentPackageInvalidError(`its signature is not valid (${verification.reason})`);
  }
  const { signature } = verification;
  requireAlgorithms(signature);
  return {
    signature,
    signingTime: requireSigningTime(signature, window),
    files: requireFiles(signature, files),
  };
}

function requireAlgorithms(signature: XadesSignature): void {
  const { canonicalization, signatureAlgorithm, references, innerReferences } = signature;
  const accepted =
    INCLUSIVE_C14N.includes(canonicalization) &&
    signatureAlgorithm === RSA_SHA256 &&
    [...references, ...innerReferences].every(({ digestAlgorithm }) => digestAlgorithm === SHA256) &&
    references.every(({ transforms }) => transforms.length === 0);
  if (!accepted) {
    throw new DocumentPackageInvalidError(
      'its signature must be RSA-SHA256 over inclusive C14N 1.0 or 1.1, with SHA-256 digests of the files as they are',
    );
  }
}

function requireSigningTime({ signingTime }: XadesSignature, { now, toleranceMs }: SigningTimeWindow): Date {
  if (signingTime === undefined) throw new DocumentPackageInvalidError('its signature has no signing time');
  const offBy = Math.abs(now.getTime() - signingTime.getTime());
  if (offBy > toleranceMs) {
    const message =
      `its signing time is ${Math.ceil(offBy / 1000)} s from now, and at most ${toleranceMs / 1000} s are accepted; ` +
      "seal right before sending and check the sending machine's clock";
    throw new DocumentPackageInvalidError(message);
  }
  return signingTime;
}

function requireFiles({ references }: XadesSignature, files: readonly ZipEntry[]): readonly SignedFile[] {
  const covered = new Map<ZipEntry, SignedReference>();
  for (const reference of references) {
    const file = fileNamed(files, reference.uri);
    if (file === undefined)
      throw new DocumentPackageInvalidError('its signature covers a file that does not exist');
    if (covered.has(file)) throw new DocumentPackageInvalidError('its signature covers a file twice');
    if (createHash('sha256').update(file.content).digest('base64') !== reference.digest) {
      throw new DocumentPackageInvalidError('a file differs from the signed one (its digest differs)');
    }
    covered.set(file, reference);
  }
  return files.map((file) => {
    const reference = covered.get(file);
    if (reference === undefined) throw new DocumentPackageInvalidError('a file is not signed');
    return { ...file, ...(reference.mediaType === undefined ? {} : { mediaType: reference.mediaType }) };
  });
}
