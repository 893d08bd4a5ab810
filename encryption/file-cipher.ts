import { hkdfSync, randomBytes } from 'node:crypto';
import { decrypt, encryptUnder } from './authenticated-encryption.js';
import { KeyMismatchError } from './key-mismatch-error.js';
import { isKeyId, type EncryptionKey } from './keys.js';

// Frozen at the first release: archived files are read for years.
/** Begins an encrypted file; the last byte is the version. It is not UTF-8, so no text begins with it. */
const MAGIC = Buffer.from([0xd3, 0x53, 0x49, 0x47, 0x4e, 0x45, 0x4e, 0x01]);
const SALT_BYTES = 32;
const PURPOSE = 'signering-workflows: stored file, version 1';
const TAG_BYTES = 16;
/** Plain bytes of each chunk but the last. */
const CHUNK_BYTES = 64 * 1024;
const CHANGED = 'was changed, cut, or moved, or its key id stood for another key when it was written';

/** The first bytes of a stored file that {@link storedFileKeyId} needs. */
const FILE_HEADER_BYTES = MAGIC.length + 1 + 40 + SALT_BYTES;

/** Where a file is stored, and how its faults are named. */
export interface FilePlace {
  /** Relative to the storage's root: a file that is moved to another path is not accepted. */
  readonly path: string;
  /** The error of a file that was changed, cut, moved, or put together from others. */
  readonly damaged: (found: string) => Error;
}

/** The argument of {@link createFileCipher}. */
export interface FileCipherOptions {
  /** The first one encrypts, all decrypt. */
  readonly keys: readonly EncryptionKey[];
  /** Whether files are encrypted when they are written. */
  readonly encrypts: boolean;
}

/**
 * Encrypts stored files, and reads both encrypted and clear ones. Each file has a separate key, derived from an
 * encryption key and a random salt (HKDF-SHA256), and consists of chunks under AES-256-GCM with counted nonces and a mark on
 * the last one (the STREAM construction): a chunk cannot be left out, repeated, exchanged or appended.
 */
export interface FileCipher {
  /** The bytes to store. Content that begins as an encrypted file does is always encrypted: it could not be read otherwise. */
  seal(place: FilePlace, content: Uint8Array): Uint8Array;
  /** As {@link seal}, in chunks. */
  sealChunks(place: FilePlace, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** The content of stored bytes. @throws KEY_MISMATCH, and the place's error */
  open(place: FilePlace, stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** As {@link open}, in chunks, each of which is authentic. @throws KEY_MISMATCH, and the place's error */
  openChunks(place: FilePlace, stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
}

/** A cipher for the files of one storage. */
export function createFileCipher({ keys, encrypts }: FileCipherOptions): FileCipher {
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]));
  const [current] = keys;

  function startSealing({ path }: FilePlace): { readonly header: Uint8Array; readonly key: ChunkKey } {
    if (current === undefined) throw new KeyMismatchError('Cannot encrypt a stored file: there is no key.');
    const header = Buffer.concat([
      MAGIC,
      Buffer.from([current.id.length]),
      Buffer.from(current.id),
      randomBytes(SALT_BYTES),
    ]);
    return { header, key: chunkKey(current.secret, header, path) };
  }

  function startOpening(
    place: FilePlace,
    start: Uint8Array,
  ): { readonly header: Uint8Array; readonly key: ChunkKey } {
    const { keyId, header } = parseHeader(start) ?? {};
    if (keyId === undefined || header === undefined) throw place.damaged(CHANGED);
    const secret = secrets.get(keyId);
    if (secret === undefined) {
      const known = [...secrets.keys()].map((id) => `"${id}"`).join(', ') || 'none';
      throw new KeyMismatchError(
        `Cannot decrypt a stored file: it is encrypted under key "${keyId}", which this process does not have (it has ` +
          `${known}). Add that key to SIGNERING_KEYS and restart.`,
      );
    }
    return { header, key: chunkKey(secret, header, place.path) };
  }

  async function* sealChunks(place: FilePlace, content: AsyncIterable<Uint8Array>) {
    let sealing: ReturnType<typeof startSealing> | undefined;
    let isClear = false;
    for await (const { bytes, isLast } of inChunks(content, CHUNK_BYTES)) {
      if (!isClear && sealing === undefined) {
        isClear = !encrypts && !isEncryptedFile(bytes);
        if (!isClear) {
          sealing = startSealing(place);
          yield sealing.header;
        }
      }
      yield sealing === undefined ? bytes : sealChunk(sealing.key, bytes, isLast);
    }
  }

  async function* openChunks(place: FilePlace, stored: AsyncIterable<Uint8Array>) {
    const bytes = stored[Symbol.asyncIterator]();
    const start = await readStart(bytes);
    if (!isEncryptedFile(start)) {
      yield* continued(start, bytes);
      return;
    }
    const { header, key } = startOpening(place, start);
    const sealed = continued(start.subarray(header.length), bytes);
    for await (const chunk of inChunks(sealed, CHUNK_BYTES + TAG_BYTES)) {
      yield openChunk(key, chunk, place);
    }
  }

  return {
    sealChunks,
    openChunks,
    seal: (place, content) => {
      if (!encrypts && !isEncryptedFile(content)) return content;
      const { header, key } = startSealing(place);
      return Buffer.concat([
        header,
        ...split(content, CHUNK_BYTES).map(([bytes, isLast]) => sealChunk(key, bytes, isLast)),
      ]);
    },
    open: (place, stored) => {
      if (!isEncryptedFile(stored)) return stored;
      const { header, key } = startOpening(place, stored);
      const sealed = split(stored.subarray(header.length), CHUNK_BYTES + TAG_BYTES);
      return Buffer.concat(sealed.map(([bytes, isLast]) => openChunk(key, { bytes, isLast }, place)));
    },
  };
}

/** True for the first bytes of an encrypted file. */
function isEncryptedFile(start: Uint8Array): boolean {
  return start.length >= MAGIC.length && MAGIC.equals(start.subarray(0, MAGIC.length));
}

/** The key that a stored file is encrypted under, from its first {@link FILE_HEADER_BYTES}; undefined for a clear file. */
export function storedFileKeyId(start: Uint8Array): string | undefined {
  return isEncryptedFile(start) ? parseHeader(start)?.keyId : undefined;
}

/** As {@link storedFileKeyId}, reading no more than the first bytes. */
export async function keyIdOfStoredFile(stored: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  return storedFileKeyId(await readStart(stored[Symbol.asyncIterator]()));
}

function parseHeader(start: Uint8Array): { readonly keyId: string; readonly header: Uint8Array } | undefined {
  const idEnd = MAGIC.length + 1 + (start[MAGIC.length] ?? 0);
  const keyId = Buffer.from(start.subarray(MAGIC.length + 1, idEnd)).toString('latin1');
  if (!isKeyId(keyId) || start.length < idEnd + SALT_BYTES) return undefined;
  return { keyId, header: start.subarray(0, idEnd + SALT_BYTES) };
}

/** The key of one file, and the number of its next chunk. */
interface ChunkKey {
  readonly secret: Uint8Array;
  readonly authenticated: Uint8Array;
  next: number;
}

function chunkKey(secret: Uint8Array, header: Uint8Array, path: string): ChunkKey {
  const salt = header.subarray(-SALT_BYTES);
  return {
    secret: new Uint8Array(hkdfSync('sha256', secret, salt, PURPOSE, 32)),
    authenticated: Buffer.concat([header, Buffer.from(path)]),
    next: 0,
  };
}

/** Unique under the file's key: the number of the chunk, and whether it is the last one. */
function nextNonce(key: ChunkKey, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(key.next, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  key.next += 1;
  return nonce;
}

function sealChunk(key: ChunkKey, plain: Uint8Array, isLast: boolean): Uint8Array {
  return encryptUnder({ ...key, plain, nonce: nextNonce(key, isLast) });
}

function openChunk(key: ChunkKey, { bytes, isLast }: Chunk, place: FilePlace): Uint8Array {
  const plain = decrypt({ ...key, sealed: bytes, nonce: nextNonce(key, isLast) });
  if (plain === undefined) throw place.damaged(CHANGED);
  return plain;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Chunks of one size, of which only the last may be shorter; empty content is one empty chunk. */
async function* inChunks(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    held.push(piece);
    length += piece.length;
    if (length <= size) continue;
    const bytes = Buffer.concat(held);
    let at = 0;
    // A full chunk is kept back until another byte shows that it is not the last one.
    for (; length - at > size; at += size) yield { bytes: bytes.subarray(at, at + size), isLast: false };
    held = [bytes.subarray(at)];
    length -= at;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}

function split(content: Uint8Array, size: number): readonly (readonly [Uint8Array, boolean])[] {
  const count = Math.max(1, Math.ceil(content.length / size));
  return Array.from({ length: count }, (_, index) => [
    content.subarray(index * size, (index + 1) * size),
    index === count - 1,
  ]);
}

/** Reads until a header is complete. */
async function readStart(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for (let length = 0; length < FILE_HEADER_BYTES;) {
    const next = await pieces.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(read);
}

async function* continued(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}
