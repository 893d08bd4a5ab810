import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompleteMultipartUploadCommandOutput,
  type HeadObjectCommandOutput,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '@signering/schema';
import { StorageUnavailableError } from '../errors.js';
import type { WriteOptions } from '../stored-files.js';
import type { S3Bucket } from './s3-bucket.js';
import { atStore, hasStatus, isMissingObject } from './s3-error.js';

/** A larger object is sent in parts of this size, so that a broken connection repeats one part. */
const PART_BYTES = 16 * 1024 ** 2;
/** The name, in an object's metadata, of the id of its write. */
const WRITE_ID = 'write-id';
/** A 409 answer means that another conditional write was in progress: S3 asks to repeat the request. */
const MOST_CONFLICTS = 5;

/** Whether retention applies: to what is archived, unless it is erasable. */
export interface S3WriteOptions extends WriteOptions {
  readonly locked?: boolean;
  /** Sends the object as a large one is sent, also if it is small. @default false */
  readonly inParts?: boolean;
}

type ConfirmedEncryption = Pick<HeadObjectCommandOutput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;

/** Writes the objects of one storage, each with a SHA-256 checksum that the server compares. */
export class S3Writes {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  /**
   * Creates an object, unless there is one.
   * @returns whether this call created it, also when the answer to its first request was lost
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  async create(path: string, content: Uint8Array | string, options: S3WriteOptions): Promise<boolean> {
    const created = await this.#createUnlessThere(path, content, options);
    if (created === undefined) return false;
    if (this.#isEncrypted(created)) return true;
    // A repeated call would meet the object and count as if it were stored. Ignores failures: the other error is the
    // relevant one.
    await this.#bucket.delete(path, options.attempt).catch(() => undefined);
    throw notEncrypted(options.attempt);
  }

  /** Writes an object, in place of an earlier one. @throws STORAGE_UNAVAILABLE (retryable) */
  async replace(path: string, content: Uint8Array, options: S3WriteOptions): Promise<void> {
    const answer = await atStore(options.attempt, () =>
      this.#send(path, content, { ...options, writeId: randomUUID(), onlyIfAbsent: false }),
    );
    if (!this.#isEncrypted(answer)) throw notEncrypted(options.attempt);
  }

  /** @returns what the server says of the object, or undefined when it has another write's */
  async #createUnlessThere(
    path: string,
    content: Uint8Array | string,
    options: S3WriteOptions,
  ): Promise<ConfirmedEncryption | undefined> {
    const writeId = randomUUID();
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        return await atStore(options.attempt, () =>
          this.#send(path, content, { ...options, writeId, onlyIfAbsent: true }),
        );
      } catch (error) {
        const cause = error instanceof StorageUnavailableError ? error.cause : undefined;
        // The SDK repeats a request whose answer was lost, and the repetition meets the object of the first one.
        if (hasStatus(cause, 412)) {
          const there = await this.#head(path, options.attempt);
          return there?.Metadata?.[WRITE_ID] === writeId ? there : undefined;
        }
        if (!hasStatus(cause, 409) || conflicts === MOST_CONFLICTS) throw error;
        await sleep(50 * 2 ** conflicts);
      }
    }
  }

  async #send(
    path: string,
    content: Uint8Array | string,
    write: S3WriteOptions & { readonly writeId: string; readonly onlyIfAbsent: boolean },
  ): Promise<ConfirmedEncryption> {
    const { client, kmsKey, objectLock } = this.#bucket.options;
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const request: PutObjectCommandInput = {
      ...this.#bucket.place(path),
      Body: bytes,
      ...(write.onlyIfAbsent && { IfNoneMatch: '*' }),
      Metadata: { [WRITE_ID]: write.writeId },
      ...(kmsKey !== undefined && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey }),
      ...(write.locked === true &&
        objectLock !== undefined && {
          ObjectLockMode: objectLock.mode,
          ObjectLockRetainUntilDate: new Date(Date.now() + objectLock.retentionDays * DAY_MS),
        }),
    };
    return write.inParts === true
      ? await sendInOnePart(client, request, bytes)
      : bytes.byteLength <= PART_BYTES
        ? await client.send(new PutObjectCommand({ ...request, ChecksumSHA256: digestOf(bytes) }))
        : // It aborts the upload when it fails, also when the last request finds that the object exists.
          await new Upload({
            client,
            params: { ...request, ChecksumAlgorithm: 'SHA256' },
            partSize: PART_BYTES,
            queueSize: 2,
          }).done();
  }

  #isEncrypted({ ServerSideEncryption: algorithm, SSEKMSKeyId: confirmed }: ConfirmedEncryption): boolean {
    const { kmsKey } = this.#bucket.options;
    if (kmsKey === undefined) return true;
    if (algorithm !== 'aws:kms' || confirmed === undefined) return false;
    // Servers answer with the ARN of a key, also when the request named its id or an alias.
    return confirmed === kmsKey || confirmed.endsWith(`/${kmsKey}`) || /(?:^|:)alias\//u.test(kmsKey);
  }

  async #head(path: string, attempt: string): Promise<HeadObjectCommandOutput | undefined> {
    return atStore(attempt, async () => {
      try {
        return await this.#bucket.options.client.send(new HeadObjectCommand(this.#bucket.place(path)));
      } catch (error) {
        if (isMissingObject(error)) return undefined;
        throw error;
      }
    });
  }
}

/** The library for uploads sends a small object whole. */
async function sendInOnePart(
  client: S3Client,
  { Body: _, ...request }: PutObjectCommandInput,
  bytes: Uint8Array,
): Promise<CompleteMultipartUploadCommandOutput> {
  const place = { Bucket: request.Bucket, Key: request.Key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...request, ChecksumAlgorithm: 'SHA256' }),
  );
  try {
    const part = { PartNumber: 1, ChecksumSHA256: digestOf(bytes) };
    const { ETag } = await client.send(new UploadPartCommand({ ...place, UploadId, ...part, Body: bytes }));
    return await client.send(
      new CompleteMultipartUploadCommand({
        ...place,
        UploadId,
        MultipartUpload: { Parts: [{ ...part, ETag }] },
        IfNoneMatch: request.IfNoneMatch,
      }),
    );
  } catch (error) {
    // Ignores failures: the first error is the relevant one.
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
    throw error;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function notEncrypted(attempt: string): StorageUnavailableError {
  return new StorageUnavailableError({
    attempt,
    reason: 'SIGNERING_S3_KMS_KEY is set, and the server did not confirm the encryption with it (SSE-KMS)',
    nextStep:
      'Use a server that supports SSE-KMS, or remove the setting. Objects written so far may be stored without it.',
  });
}
