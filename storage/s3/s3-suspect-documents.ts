import type { FileCipher } from '@signering/encryption';
import { placeOfFile } from '../sealed-files.js';
import { digestOfBytes } from '../file-digest.js';
import { folderOfJob } from '../job-folder.js';
import {
  ALL_SUSPECTS,
  filesBeyond,
  openSuspect,
  SUSPECT,
  suspectPathOf,
  SUSPECTS_OF_JOB,
  type SuspectBounds,
  type SuspectBytes,
  type SuspectDocument,
  type SuspectDocuments,
} from '../suspect-documents.js';
import type { ListedObject, S3Bucket } from './s3-bucket.js';
import { S3Writes } from './s3-writes.js';

const KEEP = 'keep a suspect document';

/** Stores suspect bytes as objects below `suspect/`. */
export class S3SuspectDocuments implements SuspectDocuments {
  readonly #bucket: S3Bucket;
  readonly #writes: S3Writes;
  readonly #cipher: FileCipher;
  readonly #bounds: { readonly ofJob: SuspectBounds; readonly all: SuspectBounds };

  constructor(bucket: S3Bucket, cipher: FileCipher, bounds = { ofJob: SUSPECTS_OF_JOB, all: ALL_SUSPECTS }) {
    this.#bucket = bucket;
    this.#writes = new S3Writes(bucket);
    this.#cipher = cipher;
    this.#bounds = bounds;
  }

  async keep({ job, name, content }: SuspectBytes): Promise<string> {
    const path = suspectPathOf({ job, name, sha256: digestOfBytes(content).sha256 });
    // Also if it is there: the write renews its time.
    await this.#writes.replace(path, this.#cipher.seal(placeOfFile(path), content), { attempt: KEEP });
    const folder = `${SUSPECT}/${folderOfJob(job)}/`;
    const ofJob = (await this.#objectsIn(folder)).filter(
      (one) => !one.path.slice(folder.length).includes('/'),
    );
    await this.#removeBeyond(ofJob, this.#bounds.ofJob, path);
    await this.#removeBeyond(await this.#objectsIn(`${SUSPECT}/`), this.#bounds.all, path);
    return path;
  }

  async find(suspect: SuspectDocument): Promise<Uint8Array | undefined> {
    const path = suspectPathOf(suspect);
    const stored = await this.#bucket.get(path, 'read a suspect document');
    return stored && openSuspect({ cipher: this.#cipher, path, sha256: suspect.sha256 }, stored);
  }

  async #objectsIn(folder: string): Promise<readonly ListedObject[]> {
    const objects: ListedObject[] = [];
    for await (const object of this.#bucket.list(folder, KEEP)) objects.push(object);
    return objects;
  }

  async #removeBeyond(objects: readonly ListedObject[], bounds: SuspectBounds, newest: string) {
    for (const { path } of filesBeyond(objects, bounds, newest)) await this.#bucket.delete(path, KEEP);
  }
}
