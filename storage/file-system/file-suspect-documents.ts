import { chmod, readdir, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import {
  ALL_SUSPECTS,
  SUSPECTS_OF_JOB,
  type SuspectBounds,
  type SuspectBytes,
  type SuspectDocument,
  type SuspectDocuments,
} from '../suspect-documents.js';
import { digestOfBytes } from './file-digest.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { folderOfJob } from './job-folder.js';
import { encodePathName } from './path-name.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

/** Name of the folder in the storage's root. */
const SUSPECT = 'suspect';

/** The bytes may contain personal data. */
const OWNER_ONLY = 0o600;

interface KeptFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Stores suspect bytes as `suspect/{the job's folder in the archive}/{name}.{sha256}.{extension}`. */
export class FileSuspectDocuments implements SuspectDocuments {
  readonly #root: string;
  readonly #bounds: { readonly ofJob: SuspectBounds; readonly all: SuspectBounds };

  /** @param root the root of the whole storage */
  constructor(root: string, bounds = { ofJob: SUSPECTS_OF_JOB, all: ALL_SUSPECTS }) {
    this.#root = root;
    this.#bounds = bounds;
  }

  keep({ job, name, content }: SuspectBytes): Promise<string> {
    const { sha256 } = digestOfBytes(content);
    const place = placeOf({ job, name, sha256 });
    const path = this.#pathOf(place);
    const folder = join(path, '..');
    return onDisk('keep a suspect document', async () => {
      const temporary = await writeTemporary(folder, (handle) => handle.writeFile(content));
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
      const content = await unlessGone(readFile(this.#pathOf(placeOf(suspect))));
      const isWhole = content !== undefined && digestOfBytes(content).sha256 === suspect.sha256;
      return isWhole ? content : undefined;
    });
  }

  #pathOf(place: string): string {
    return join(this.#root, ...place.split('/'));
  }
}

function placeOf({ job, name, sha256 }: SuspectDocument): string {
  const extension = extname(name);
  const file = encodePathName(`${basename(name, extension)}.${sha256}${extension}`);
  return `${SUSPECT}/${folderOfJob(job)}/${file}`;
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
  { maxFiles, maxBytes }: SuspectBounds,
  newest: string,
): Promise<void> {
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  let count = files.length;
  const oldestFirst = files
    .filter(({ path }) => path !== newest)
    .sort((one, other) => one.modifiedMs - other.modifiedMs || (one.path < other.path ? -1 : 1));
  for (const { path, size } of oldestFirst) {
    if (count <= maxFiles && bytes <= maxBytes) return;
    await unlessGone(unlink(path));
    bytes -= size;
    count -= 1;
  }
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
