import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Storage } from '../storage.js';
import { FileDocumentStore } from './file-document-store.js';
import { FileKeyFingerprintStore } from './file-key-fingerprint-store.js';
import { FileReferenceLedger } from './file-reference-ledger.js';
import { FileSignedDocumentArchive } from './file-signed-document-archive.js';
import { onDisk } from './file-system-error.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

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

/** Takes the way that every file takes, hard link and syncs included. */
async function probeFolder(folder: string): Promise<void> {
  await onDisk('write to its folder', async () => {
    const temporary = await writeTemporary(folder, (handle) => handle.writeFile('probe'));
    const path = join(folder, `.probe-${randomUUID()}`);
    await publishIfAbsent(temporary, path);
    await unlink(path);
  });
}
