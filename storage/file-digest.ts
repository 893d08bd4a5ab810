import { createHash } from 'node:crypto';

/** Digest and size of a file. */
export interface FileDigest {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** The digest of bytes in memory. */
export function digestOfBytes(content: Uint8Array): FileDigest {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.byteLength };
}
