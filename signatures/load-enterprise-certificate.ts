import { open } from 'node:fs/promises';
import { errorCodeOf } from '@signering/schema';
import { CertificateUnusableError } from './certificate-unusable-error.js';
import type { EnterpriseCertificate } from './enterprise-certificate.js';
import { readInThread } from './key-store/read-in-thread.js';

/** Where an enterprise certificate lies. */
export interface EnterpriseCertificateFile {
  /** A PKCS#12 file (.p12, .pfx), or a PEM file that holds the private key and the certificate with its chain. */
  readonly file: string;
  /** Of the file or of its private key; absent where it is not protected. */
  readonly password?: string | undefined;
}

/** A key with its chain has some kB; a hundred of them fit. */
const MAX_BYTES = 1024 ** 2;
/** By the system's error code. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path',
  EISDIR: 'it is a folder; name the file in it',
};
/** Files within the limits of size and key derivation take seconds, also on a busy machine. */
const READ_TIMEOUT_MS = 120_000;

/**
 * Reads an organisation's certificate with its private key and makes sure that both can be used today, so that
 * a mistake shows when a process starts and not when its first job is sent. Of several in the file it chooses the one
 * that the service takes. Works in a thread of its own, so that the process is not blocked.
 *
 * @throws CERTIFICATE_UNUSABLE in every case in which none can be used; the message says why and what to do
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
    throw refuse(UNREADABLE[errorCodeOf(cause) ?? ''] ?? 'it cannot be read; check its access rights', cause);
  }
  if (content.length > MAX_BYTES) {
    throw refuse(
      `it has more than ${MAX_BYTES} bytes, and a key with its chain has a few thousand; export the organisation's certificate and its chain only`,
    );
  }
  const outcome = await readInThread({ content, password }, READ_TIMEOUT_MS);
  if ('reason' in outcome) throw refuse(outcome.reason);
  return outcome.certificate;
}

/** The beginning of a file, also of one whose size is not known before, such as a pipe. */
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
