import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Digest and size of a file. */
export interface FileDigest {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Reads a file once, in chunks of 64 KiB. @throws the operating system's error */
export async function digestOfFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { sha256: hash.digest('hex'), size };
}

/** The digest of bytes in memory. */
export function digestOfBytes(content: Uint8Array): FileDigest {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.byteLength };
}
