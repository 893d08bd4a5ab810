import { open } from 'node:fs/promises';
import { errorCodeOf } from '@signering/schema';
import { CertificateUnusableError } from './certificate-unusable-error.js';
import type { EnterpriseCertificate } from './enterprise-certificate.js';
import { readInThread } from './key-store/read-in-thread.js';

/** Location of an enterprise certificate. */
export interface EnterpriseCertificateFile {
  /** A PKCS#12 file (.p12, .pfx), or a PEM file with the private key and the certificate chain. */
  readonly file: string;
  /** Password of the file or its private key; absent if it is unprotected. */
  readonly password?: string | undefined;
}

/** A key with its chain has a few kB; this fits a hundred of them. */
const MAX_BYTES = 1024 ** 2;
/** By the system's error code. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path',
  EISDIR: 'it is a folder; set the path of the file in it',
};
/** Files within the limits of size and key derivation take seconds, even on a busy machine. */
const READ_TIMEOUT_MS = 120_000;

/**
 * Reads an organisation's certificate with its private key and verifies that both are usable today, so that a mistake
 * is detected at start-up and not when the first job is sent. Of several it chooses the one that the service accepts.
 * Runs in a worker thread.
 *
 * @throws CERTIFICATE_UNUSABLE if none is usable; the message has the reason and the next step
 */
export async function loadEnterpriseCertificate({
  file,
  password,
}: EnterpriseCertificateFile): Promise<EnterpriseCertificate> {
  const refuse = (reason: string, cause?: unknown): CertificateUnusableError =>
    new CertificateUnusableError(`Cannot use the certificate file ${file}: ${reason}.`, { cause });

  let content: Buffer;
  try {
    content = await readAtMost(file, MAX_BYTES + 1);
  } catch (cause) {
    throw refuse(UNREADABLE[errorCodeOf(cause) ?? ''] ?? 'it cannot be read; check its permissions', cause);
  }
  if (content.length > MAX_BYTES) {
    throw refuse(
      `it has more than ${MAX_BYTES} bytes, while a key with its chain has a few thousand; export the organisation's certificate and its chain only`,
    );
  }
  const outcome = await readInThread({ content, password }, READ_TIMEOUT_MS);
  if ('reason' in outcome) throw refuse(outcome.reason);
  return outcome.certificate;
}

/** The beginning of a file, whose size may be unknown, as for a pipe. */
async function readAtMost(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(bytes);
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await handle.read(buffer, length, bytes - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}
