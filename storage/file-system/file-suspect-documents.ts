import { chmod, readdir, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCipher } from '@signering/encryption';
import { placeOfFile } from '../sealed-files.js';
import {
  ALL_SUSPECTS,
  filesBeyond,
  openSuspect,
  SUSPECT,
  suspectPathOf,
  SUSPECTS_OF_JOB,
  type KeptFile,
  type SuspectBounds,
  type SuspectBytes,
  type SuspectDocument,
  type SuspectDocuments,
} from '../suspect-documents.js';
import { digestOfBytes } from '../file-digest.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

/** The bytes may contain personal data. */
const OWNER_ONLY = 0o600;

/** Stores suspect bytes as `suspect/{the job's folder in the archive}/{name}.{sha256}.{extension}`. */
export class FileSuspectDocuments implements SuspectDocuments {
  readonly #root: string;
  readonly #cipher: FileCipher;
  readonly #bounds: { readonly ofJob: SuspectBounds; readonly all: SuspectBounds };

  /** @param root the root of the whole storage */
  constructor(root: string, cipher: FileCipher, bounds = { ofJob: SUSPECTS_OF_JOB, all: ALL_SUSPECTS }) {
    this.#root = root;
    this.#cipher = cipher;
    this.#bounds = bounds;
  }

  keep({ job, name, content }: SuspectBytes): Promise<string> {
    const { sha256 } = digestOfBytes(content);
    const place = suspectPathOf({ job, name, sha256 });
    const path = this.#pathOf(place);
    const folder = join(path, '..');
    return onDisk('keep a suspect document', async () => {
      const temporary = await writeTemporary(folder, {
        fill: (handle) => handle.writeFile(this.#cipher.seal(placeOfFile(place), content)),
      });
      await chmod(temporary, OWNER_ONLY);
      const now = new Date();
      if (!(await publishIfAbsent(temporary, path))) await utimes(path, now, now);
      await removeOldest(await filesIn(folder, false), this.#bounds.ofJob, path);
      await removeOldest(await filesIn(join(this.#root, SUSPECT), true), this.#bounds.all, path);
      return place;
    });
  }

  find(suspect: SuspectDocument): Promise<Uint8Array | undefined> {
    return onDisk('read a suspect document', async () => {
      const path = suspectPathOf(suspect);
      const stored = await unlessGone(readFile(this.#pathOf(path)));
      return stored && openSuspect({ cipher: this.#cipher, path, sha256: suspect.sha256 }, stored);
    });
  }

  #pathOf(place: string): string {
    return join(this.#root, ...place.split('/'));
  }
}

/** Skips temporary files of active writers, which begin with a dot. */
async function filesIn(folder: string, recursive: boolean): Promise<readonly KeptFile[]> {
  const files: KeptFile[] = [];
  const names = (await unlessGone(readdir(folder, { recursive, withFileTypes: true }))) ?? [];
  for (const entry of names) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await unlessGone(stat(path));
    if (found !== undefined) files.push({ path, size: found.size, modifiedMs: found.mtimeMs });
  }
  return files;
}

async function removeOldest(
  files: readonly KeptFile[],
  bounds: SuspectBounds,
  newest: string,
): Promise<void> {
  for (const { path } of filesBeyond(files, bounds, newest)) await unlessGone(unlink(path));
}

/** Another worker may remove the same file concurrently. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
