import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type DeleteMarkerEntry,
  type GetObjectCommandOutput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion as S3ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { streamObject } from './object-stream.js';
import type { S3Options } from './s3-options.js';
import { atStore, isMissingObject } from './s3-error.js';

/** An object in a listing. */
export interface ListedObject {
  /** Relative to the storage's prefix. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly modifiedMs: number;
}

/** The argument of {@link S3Bucket}. */
export interface S3BucketOptions extends S3Options {
  readonly client: S3Client;
  readonly bucket: string;
  /** Of every key; empty or ending with `/`. */
  readonly prefix: string;
}

/** Reads, lists and deletes the objects of one storage. */
export class S3Bucket {
  readonly options: S3BucketOptions;

  constructor(options: S3BucketOptions) {
    this.options = options;
  }

  /** The members of every request. */
  place(path: string): { readonly Bucket: string; readonly Key: string } {
    const { bucket, prefix } = this.options;
    return { Bucket: bucket, Key: `${prefix}${path}` };
  }

  /** @throws STORAGE_UNAVAILABLE (retryable) */
  async get(path: string, attempt: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return atStore(attempt, async () => {
      const answer = await this.#open(path);
      // Not shared with another thread, so no copy is needed for the type.
      return (await answer?.Body?.transformToByteArray()) as Uint8Array<ArrayBuffer> | undefined;
    });
  }

  /** @throws STORAGE_UNAVAILABLE (retryable), also the stream */
  async stream(path: string, attempt: string): Promise<Readable | undefined> {
    const answer = await atStore(attempt, () => this.#open(path));
    if (answer === undefined) return undefined;
    const resume = (from: number) =>
      this.options.client.send(
        new GetObjectCommand({ ...this.place(path), Range: `bytes=${from}-`, IfMatch: answer.ETag }),
      );
    return streamObject({ answer, resume, attempt });
  }

  /** Size and time of an object. @throws STORAGE_UNAVAILABLE (retryable) */
  async stat(path: string, attempt: string): Promise<ListedObject | undefined> {
    return atStore(attempt, async () => {
      try {
        const { ContentLength: size = 0, LastModified: modified } = await this.options.client.send(
          new HeadObjectCommand(this.place(path)),
        );
        return { path, size, modifiedMs: modified?.getTime() ?? 0 };
      } catch (error) {
        if (isMissingObject(error)) return undefined;
        throw error;
      }
    });
  }

  /** @throws STORAGE_UNAVAILABLE (retryable) */
  async delete(path: string, attempt: string): Promise<void> {
    await atStore(attempt, () => this.options.client.send(new DeleteObjectCommand(this.place(path))));
  }

  /**
   * Deletes an object with all its versions, also those that an earlier deletion hid. While Object Lock retains one, the
   * markers that hide it stay.
   * @returns until when it is retained, ISO 8601; undefined: it is gone
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  erase(path: string, attempt: string): Promise<string | undefined> {
    return this.#eraseVersions(path, attempt, () => true);
  }

  /** Deletes the earlier versions of an object, as {@link erase}. */
  eraseHidden(path: string, attempt: string): Promise<string | undefined> {
    return this.#eraseVersions(path, attempt, ({ isLatest }) => !isLatest);
  }

  async #eraseVersions(
    path: string,
    attempt: string,
    concerns: (version: ObjectVersion) => boolean,
  ): Promise<string | undefined> {
    const { client } = this.options;
    const { Bucket, Key } = this.place(path);
    const versions: ObjectVersion[] = [];
    for await (const version of this.#versions(path, attempt))
      if (version.Key === Key && concerns(version)) versions.push(version);
    return atStore(attempt, async () => {
      let retainedUntil: Date | undefined;
      for (const { VersionId, isMarker } of versions.toSorted(
        (a, b) => Number(a.isMarker) - Number(b.isMarker),
      )) {
        const version = { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
        const head = isMarker ? undefined : await unlessMissing(client.send(new HeadObjectCommand(version)));
        const { ObjectLockRetainUntilDate: until } = head ?? {};
        if (until !== undefined && until.getTime() > Date.now()) {
          if (retainedUntil === undefined || until > retainedUntil) retainedUntil = until;
        } else if (!isMarker || retainedUntil === undefined) {
          await client.send(new DeleteObjectCommand(version));
        }
      }
      return retainedUntil?.toISOString();
    });
  }

  /** The paths below a folder, which ends with `/`, also of objects that a deletion hid. @throws STORAGE_UNAVAILABLE (retryable) */
  async *versionedPaths(folder: string, attempt: string): AsyncGenerator<string> {
    const paths = new Set<string>();
    for await (const { Key } of this.#versions(folder, attempt))
      paths.add(Key.slice(this.options.prefix.length));
    yield* paths;
  }

  /** Every version and delete marker of the keys that start so. */
  async *#versions(start: string, attempt: string): AsyncGenerator<ObjectVersion> {
    const { client } = this.options;
    const { Bucket, Key } = this.place(start);
    let after: Partial<ListObjectVersionsCommandOutput> = {};
    do {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = after;
      const page = await atStore(attempt, () =>
        client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key, KeyMarker, VersionIdMarker })),
      );
      const { Versions = [], DeleteMarkers = [] } = page;
      for (const version of Versions) yield versionOf(version, false);
      for (const marker of DeleteMarkers) yield versionOf(marker, true);
      after = page;
    } while (after.IsTruncated === true);
  }

  /** Every object below a folder, which ends with `/`, in pages. @throws STORAGE_UNAVAILABLE (retryable) */
  async *list(folder: string, attempt: string, after?: string): AsyncGenerator<ListedObject> {
    const { prefix } = this.options;
    for await (const { Contents: objects = [] } of this.#pages(folder, attempt, { after })) {
      for (const { Key: key = '', Size: size = 0, LastModified: modified } of objects) {
        yield { path: key.slice(prefix.length), size, modifiedMs: modified?.getTime() ?? 0 };
      }
    }
  }

  /** Names of the folders in a folder, which ends with `/`, sorted. @throws STORAGE_UNAVAILABLE (retryable) */
  async *folders(folder: string, attempt: string): AsyncGenerator<string> {
    const { prefix } = this.options;
    for await (const { CommonPrefixes: folders = [] } of this.#pages(folder, attempt, { delimiter: '/' })) {
      for (const { Prefix: key = '' } of folders) yield key.slice(prefix.length + folder.length, -1);
    }
  }

  async *#pages(
    folder: string,
    attempt: string,
    { after, delimiter }: { readonly after?: string | undefined; readonly delimiter?: string },
  ) {
    const { client } = this.options;
    const { Bucket, Key } = this.place(folder);
    let token: string | undefined;
    do {
      const page = await atStore(attempt, () =>
        client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: Key,
            Delimiter: delimiter,
            ContinuationToken: token,
            StartAfter: after === undefined ? undefined : this.place(after).Key,
          }),
        ),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  #open(path: string): Promise<GetObjectCommandOutput | undefined> {
    return unlessMissing(this.options.client.send(new GetObjectCommand(this.place(path))));
  }
}

/** One version of an object, or a marker that hides the others. */
interface ObjectVersion {
  readonly Key: string;
  readonly VersionId?: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
}

function versionOf(
  { Key = '', VersionId, IsLatest }: S3ObjectVersion | DeleteMarkerEntry,
  isMarker: boolean,
): ObjectVersion {
  return { Key, isMarker, isLatest: IsLatest !== false, ...(VersionId !== undefined && { VersionId }) };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}
