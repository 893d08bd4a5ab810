import { basename, extname } from 'node:path';
import type { FileCipher } from '@signering/encryption';
import { StoredContentDamagedError } from './errors.js';
import { digestOfBytes } from './file-digest.js';
import { folderOfJob } from './job-folder.js';
import { encodePathName } from './path-name.js';
import { placeOfFile } from './sealed-files.js';
import type { ArchivedJob } from './signed-document-archive.js';

/** A signed document that the check found BROKEN. */
export interface SuspectDocument {
  readonly job: ArchivedJob;
  /** The document's name in the archive, such as `signed.pdf`. */
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The argument of {@link SuspectDocuments.keep}. */
export interface SuspectBytes extends Omit<SuspectDocument, 'sha256'> {
  readonly content: Uint8Array;
}

/** Name of the folder in the storage's root. */
export const SUSPECT = 'suspect';

/** Limits of stored suspect bytes. Beyond them the oldest file is removed, never the newest. */
export interface SuspectBounds {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** Per job. A duplicate counts as a job. */
export const SUSPECTS_OF_JOB: SuspectBounds = { maxFiles: 64, maxBytes: 1024 ** 3 };
/** Per storage. */
export const ALL_SUSPECTS: SuspectBounds = { maxFiles: 10_000, maxBytes: 8 * 1024 ** 3 };

/**
 * Bytes that the check found BROKEN, for an operator to inspect and possibly accept. They are not evidence: they are
 * stored apart from the archive, can be deleted manually at any time, and the oldest are removed beyond {@link
 * SUSPECTS_OF_JOB} and {@link ALL_SUSPECTS}.
 */
export interface SuspectDocuments {
  /**
   * Stores the bytes under their digest, readable by the owner only. Identical bytes are stored once and count as the
   * newest.
   * @returns the path, relative to the storage's root, with `/` as separator
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  keep(suspect: SuspectBytes): Promise<string>;
  /** The bytes, or undefined if they were removed or damaged. @throws STORAGE_UNAVAILABLE (retryable) */
  find(suspect: SuspectDocument): Promise<Uint8Array | undefined>;
}

/** The path of a suspect document: `suspect/{the job's folder in the archive}/{name}.{sha256}.{extension}`. */
export function suspectPathOf({ job, name, sha256 }: SuspectDocument): string {
  const extension = extname(name);
  const file = encodePathName(`${basename(name, extension)}.${sha256}${extension}`);
  return `${SUSPECT}/${folderOfJob(job)}/${file}`;
}

/** A stored file that counts against {@link SuspectBounds}. */
export interface KeptFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** The files to remove to stay within the bounds, oldest first; never the `newest`. */
export function filesBeyond(
  files: readonly KeptFile[],
  { maxFiles, maxBytes }: SuspectBounds,
  newest: string,
): readonly KeptFile[] {
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  let count = files.length;
  const removed: KeptFile[] = [];
  const oldestFirst = files
    .filter(({ path }) => path !== newest)
    .sort((one, other) => one.modifiedMs - other.modifiedMs || (one.path < other.path ? -1 : 1));
  for (const file of oldestFirst) {
    if (count <= maxFiles && bytes <= maxBytes) break;
    removed.push(file);
    bytes -= file.size;
    count -= 1;
  }
  return removed;
}

/** The content of a stored suspect document, unless it was damaged. @throws KEY_MISMATCH */
export function openSuspect(
  { cipher, path, sha256 }: { readonly cipher: FileCipher; readonly path: string; readonly sha256: string },
  stored: Uint8Array<ArrayBuffer>,
): Uint8Array | undefined {
  try {
    const content = cipher.open(placeOfFile(path), stored);
    return digestOfBytes(content).sha256 === sha256 ? content : undefined;
  } catch (error) {
    if (error instanceof StoredContentDamagedError) return undefined;
    throw error;
  }
}
