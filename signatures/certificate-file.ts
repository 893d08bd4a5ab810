import type { KeyObject, X509Certificate } from 'node:crypto';

/** A file that should hold a private key and its certificates. */
export interface CertificateFile {
  /** For error messages. */
  readonly file: string;
  readonly content: Uint8Array;
  readonly password?: string | undefined;
}

/** What was found in it, in no particular order. */
export interface CertificateFileContent {
  readonly privateKey?: KeyObject;
  readonly certificates: readonly X509Certificate[];
}
