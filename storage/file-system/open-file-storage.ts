import { randomUUID } from 'node:crypto';
import { readFile, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StorageUnavailableError } from '../errors.js';
import type { Storage } from '../storage.js';
import { FileDocumentStore } from './file-document-store.js';
import { FileKeyFingerprintStore } from './file-key-fingerprint-store.js';
import { FileReferenceLedger } from './file-reference-ledger.js';
import { FileSignedDocumentArchive } from './file-signed-document-archive.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { FileStorageIdentity } from './file-storage-identity.js';
import { FileSuspectDocuments } from './file-suspect-documents.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';

/** The argument of {@link openFileStorage}. */
export interface FileStorageOptions {
  /** The root folder. Its file system must support hard links. */
  readonly root: string;
  /**
   * Creates the folder and its identity if missing; for workers. A client must not: creating the folder would hide
   * that its volume is not mounted. @default false
   */
  readonly create?: boolean;
}

/**
 * Opens storage in a folder and verifies that it is writable. Several processes can use one folder concurrently.
 * @throws STORAGE_UNAVAILABLE (retryable), also when the folder does not exist and `create` is false
 */
export async function openFileStorage({ root, create = false }: FileStorageOptions): Promise<Storage> {
  const folder = resolve(root);
  const probe = () => probeFolder(folder);
  if (!create) await demandFolder(folder);
  await probe();
  const storageIdentity = new FileStorageIdentity(folder);
  if (create) await storageIdentity.ensure();
  return {
    documents: new FileDocumentStore(join(folder, 'documents')),
    ledger: new FileReferenceLedger(join(folder, 'ledger')),
    archive: new FileSignedDocumentArchive(join(folder, 'archive')),
    suspects: new FileSuspectDocuments(folder),
    keyFingerprints: new FileKeyFingerprintStore(join(folder, 'key-fingerprints')),
    storageIdentity,
    probe,
  };
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
  });
}

/** Uses the operations of every stored file: sync, hard link, rename, read. */
async function probeFolder(folder: string): Promise<void> {
  const content = `probe ${randomUUID()}`;
  const path = join(folder, `.probe-${randomUUID()}`);
  const write = () => writeTemporary(folder, (handle) => handle.writeFile(content));
  await onDisk('write to its folder', async () => {
    if (!(await publishIfAbsent(await write(), path))) return;
    await publishInPlaceOf(await write(), path);
    const readBack = await readFile(path, 'utf8');
    await unlink(path);
    if (readBack !== content) throw damaged();
  });
}

function damaged(): StorageUnavailableError {
  return new StorageUnavailableError({
    attempt: 'read back what it had written to its folder',
    reason: 'other bytes came back',
    nextStep: 'Check the disk and what is mounted there.',
  });
}
