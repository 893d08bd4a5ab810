import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/** Names a file in a folder of the caller's choice. */
export interface PlacedFile {
  readonly folder: string;
  readonly name: string;
}

/** The argument of {@link writeNewFile}. */
export interface NewFile extends PlacedFile {
  readonly content: Uint8Array;
}

/** SHA-256 of a file, lower-case hexadecimal; nothing where there is none. @throws INVALID_REQUEST */
export async function digestOfFile(file: PlacedFile): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(file.folder, file.name)), hash);
    return hash.digest('hex');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw unusable(file, 'read', error);
  }
}

/**
 * Writes a file that only its owner can read (0600), whole or not at all. Makes the folder (0700) where it is missing.
 * @throws INVALID_REQUEST when the name is taken or the folder cannot be written
 */
export async function writeNewFile(file: NewFile): Promise<void> {
  const { folder, name, content } = file;
  const temporary = join(folder, `.${name}.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Fails where the name is taken.
    await link(temporary, join(folder, name));
  } catch (error) {
    throw unusable(file, 'write', error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function unusable({ folder, name }: PlacedFile, what: 'read' | 'write', cause: unknown): InvalidInputError {
  const message = `cannot be ${what === 'read' ? 'read' : 'written'} (${errorCodeOf(cause) ?? 'unknown error'}): check the folder and its permissions`;
  return new InvalidInputError(
    'INVALID_REQUEST',
    `Cannot ${what} a file in ${folder}`,
    [{ path: name, message }],
    {
      cause,
    },
  );
}
