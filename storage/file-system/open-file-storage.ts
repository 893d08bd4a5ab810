import { randomUUID } from 'node:crypto';
import { readFile, stat, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createFileCipher, type FileCipher } from '@signering/encryption';
import { StorageUnavailableError } from '../errors.js';
import { assembleStorage } from '../assemble-storage.js';
import type { Storage } from '../storage.js';
import { StoredIdentity } from '../stored-identity.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { FileSuspectDocuments } from './file-suspect-documents.js';
import { FolderFiles } from './folder-files.js';
import { FolderLedgerRecords } from './folder-ledger-records.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';

const GIGABYTE = 1_000_000_000;

/** The argument of {@link openFileStorage}. */
export interface FileStorageOptions {
  /** The root folder. Its file system must support hard links. */
  readonly root: string;
  /**
   * Creates the folder and its identity if missing; for workers. A client must not: creating the folder would hide
   * that its volume is not mounted. @default false
   */
  readonly create?: boolean;
  /** @default reads and writes clear files */
  readonly cipher?: FileCipher;
}

/**
 * Opens storage in a folder; with `create`, verifies that it is writable. Several processes can use one folder concurrently.
 * @throws STORAGE_UNAVAILABLE (retryable), also when the folder does not exist and `create` is false
 */
export async function openFileStorage({
  root,
  create = false,
  cipher = createFileCipher({ keys: [], encrypts: false }),
}: FileStorageOptions): Promise<Storage> {
  const folder = resolve(root);
  const probe = () => probeFolder(folder);
  // A process that only reads may have a mount without the right to write.
  await (create ? probe() : demandFolder(folder));
  const files = new FolderFiles(folder);
  const storageIdentity = new StoredIdentity(files);
  if (create) await storageIdentity.ensure();
  const filesOf = (area: string) => new FolderFiles(join(folder, area));
  return assembleStorage({
    location: folder,
    root: files,
    areas: {
      documents: filesOf('documents'),
      archive: filesOf('archive'),
      suspect: filesOf('suspect'),
      holds: filesOf('holds'),
      batches: filesOf('batches'),
    },
    records: new FolderLedgerRecords(join(folder, 'ledger')),
    suspects: new FileSuspectDocuments(folder, cipher),
    cipher,
    storageIdentity,
    probe,
  });
}

async function demandFolder(folder: string): Promise<void> {
  const there = await onDisk('look for its folder', async () => {
    try {
      return (await stat(folder)).isDirectory();
    } catch (error) {
      if (hasSystemCode(error, 'ENOENT')) return false;
      throw error;
    }
  });
  if (there) return;
  throw new StorageUnavailableError({
    attempt: 'open its folder',
    reason: `SIGNERING_STORAGE names ${folder}, and there is no such folder`,
    nextStep:
      'Mount its volume, or correct SIGNERING_STORAGE. Only a worker creates the folder, when it starts.',
    isMissing: true,
  });
}

/** Uses the operations of every stored file: sync, hard link, rename, read. */
async function probeFolder(folder: string): Promise<string> {
  const content = `probe ${randomUUID()}`;
  const path = join(folder, `.probe-${randomUUID()}`);
  const write = () => writeTemporary(folder, { fill: (handle) => handle.writeFile(content) });
  return onDisk('write to its folder', async () => {
    if (!(await publishIfAbsent(await write(), path))) throw damaged();
    await publishInPlaceOf(await write(), path);
    const readBack = await readFile(path, 'utf8');
    await unlink(path);
    if (readBack !== content) throw damaged();
    return `written, read back, renamed, linked and synced${await freeSpace(folder)}`;
  });
}

/** Empty where the file system does not say: storage works without. */
async function freeSpace(folder: string): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return `; ${((bavail * bsize) / GIGABYTE).toFixed(1)} GB free`;
  } catch {
    return '';
  }
}

function damaged(): StorageUnavailableError {
  return new StorageUnavailableError({
    attempt: 'read back what it had written to its folder',
    reason: 'other bytes came back',
    nextStep: 'Check the disk and what is mounted there.',
  });
}
