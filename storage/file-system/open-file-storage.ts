import { randomUUID } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StorageUnavailableError } from '../errors/storage-unavailable-error.js';
import type { Storage } from '../storage.js';
import { FileDocumentStore } from './file-document-store.js';
import { FileKeyFingerprintStore } from './file-key-fingerprint-store.js';
import { FileReferenceLedger } from './file-reference-ledger.js';
import { FileSignedDocumentArchive } from './file-signed-document-archive.js';
import { onDisk } from './file-system-error.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';

/** The argument of {@link openFileStorage}. */
export interface FileStorageOptions {
  /** The folder that holds everything; made when it is not there. Its file system must know hard links. */
  readonly root: string;
}

/**
 * Opens storage in a folder, and makes sure that it can be written. Several processes may use one folder at once.
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function openFileStorage({ root }: FileStorageOptions): Promise<Storage> {
  const folder = resolve(root);
  const probe = () => probeFolder(folder);
  await probe();
  return {
    documents: new FileDocumentStore(join(folder, 'documents')),
    ledger: new FileReferenceLedger(join(folder, 'ledger')),
    archive: new FileSignedDocumentArchive(join(folder, 'archive')),
    keyFingerprints: new FileKeyFingerprintStore(join(folder, 'key-fingerprints')),
    probe,
  };
}

/** Takes the ways that every file takes: syncs, a rename, a hard link; and reads back what was written. */
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
    nextStep: 'Check the disk, and what is mounted there.',
  });
}
