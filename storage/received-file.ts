import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FileDigest } from './file-digest.js';
import { onDisk } from './file-system/file-system-error.js';
import { writeTemporary } from './file-system/temporary-file.js';
import type { SealedFiles } from './sealed-files.js';

/** How much of a download is written at once, in bytes: a call for each piece from the network takes longer. */
const BLOCK_BYTES = 1024 ** 2;

/** Options of {@link receiveFile}. */
export interface ReceiveOptions<T> {
  readonly files: SealedFiles;
  readonly content: Readable;
  /**
   * Runs while the file is synced, with the digest of what the stream delivered and a function that reads the stored bytes
   * back. A throw discards the file.
   */
  readonly whileSyncing: (
    received: FileDigest,
    readBackStored: () => Promise<Uint8Array<ArrayBuffer>>,
  ) => Promise<T>;
}

/**
 * Streams to a temporary file, which `files.publish` can give this path. It is synced when this returns. An error of the
 * stream is rethrown unchanged, because it is not a storage error.
 */
export async function receiveFile<T>(
  path: string,
  { files, content, whileSyncing }: ReceiveOptions<T>,
): Promise<{ readonly temporary: string; readonly result: T }> {
  const hash = createHash('sha256');
  let size = 0;
  let failure: unknown;
  const results: T[] = [];
  try {
    const folder = await files.workingFolder(path);
    const temporary = await onDisk(files.receiving, () =>
      writeTemporary(folder, {
        fill: async (handle) => {
          const received = chunksOf(content, {
            onChunk: (chunk) => {
              hash.update(chunk);
              size += chunk.byteLength;
            },
            onError: (error) => (failure = error),
          });
          // Under a temporary name, too, no content is in clear.
          const sealed = files.sealChunks(path, received);
          for await (const pieces of inBlocks(sealed)) await writeAll(handle, pieces);
        },
        whileSyncing: async (handle) => {
          const digest = { sha256: hash.digest('hex'), size };
          results.push(await whileSyncing(digest, () => readWhole(handle)));
        },
      }),
    );
    return { temporary, result: results[0] as T };
  } catch (error) {
    content.destroy();
    throw failure ?? error;
  }
}

async function readWhole(handle: FileHandle): Promise<Uint8Array<ArrayBuffer>> {
  const content = Buffer.allocUnsafeSlow((await handle.stat()).size);
  let read = 0;
  while (read < content.byteLength) {
    const { bytesRead } = await handle.read(content, read, content.byteLength - read, read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return content.subarray(0, read);
}

async function* inBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    size += chunk.byteLength;
    if (size < BLOCK_BYTES) continue;
    yield pieces;
    [pieces, size] = [[], 0];
  }
  if (size > 0) yield pieces;
}

/** Joins nothing: memory for joined blocks makes V8 collect garbage during the download. */
async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let { bytesWritten } = await handle.writev(pieces);
  for (const piece of pieces) {
    const written = Math.min(bytesWritten, piece.byteLength);
    bytesWritten -= written;
    if (written < piece.byteLength) await handle.appendFile(piece.subarray(written));
  }
}

async function* chunksOf(
  content: Readable,
  {
    onChunk,
    onError,
  }: { readonly onChunk: (chunk: Uint8Array) => void; readonly onError: (error: unknown) => void },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of content as AsyncIterable<unknown>) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A document is a stream of bytes.');
      onChunk(chunk);
      yield chunk;
    }
  } catch (error) {
    onError(error);
    throw error;
  }
}
