import { S3Client } from '@aws-sdk/client-s3';
import type { FileCipher } from '@signering/encryption';
import { assembleStorage } from '../assemble-storage.js';
import type { Storage } from '../storage.js';
import { StoredIdentity } from '../stored-identity.js';
import { probeBucket } from './probe-bucket.js';
import { S3Bucket } from './s3-bucket.js';
import { S3Files } from './s3-files.js';
import { S3LedgerRecords } from './s3-ledger-records.js';
import type { S3Options } from './s3-options.js';
import { S3SuspectDocuments } from './s3-suspect-documents.js';
import { probeWorkingFolder } from './working-folder.js';

/** A server that accepts no connection within this time, in milliseconds, is not there. */
const CONNECT_TIMEOUT_MS = 5000;
/** Without a byte for this long, in milliseconds, a request has failed. */
const IDLE_TIMEOUT_MS = 30_000;
/** Of each request, by the SDK, with growing pauses. */
const MOST_ATTEMPTS = 4;

/** The argument of {@link openS3Storage}. */
export interface S3StorageOptions {
  /** `s3://bucket` or `s3://bucket/prefix`. */
  readonly location: string;
  readonly s3?: S3Options | undefined;
  /** As `OpenStorageOptions.create`. */
  readonly create: boolean;
  readonly cipher: FileCipher;
}

/** Opens storage in a bucket, which must exist. @throws STORAGE_UNAVAILABLE (retryable) */
export async function openS3Storage({
  location,
  s3 = {},
  create,
  cipher,
}: S3StorageOptions): Promise<Storage> {
  const bucket = new S3Bucket({ ...placeOf(location), ...s3, client: createClient(s3) });
  const probe = () => probeBucket(bucket);
  const files = new S3Files(bucket, '');
  const storageIdentity = new StoredIdentity(files);
  if (create) {
    await probe();
    // Only a worker downloads, and without the folder every download fails.
    await probeWorkingFolder();
    await storageIdentity.ensure();
  } else {
    await storageIdentity.find();
  }
  return assembleStorage({
    location,
    root: files,
    areas: {
      documents: new S3Files(bucket, 'documents/'),
      archive: new S3Files(bucket, 'archive/', { locked: true }),
      suspect: new S3Files(bucket, 'suspect/'),
      holds: new S3Files(bucket, 'holds/'),
      batches: new S3Files(bucket, 'batches/'),
    },
    records: new S3LedgerRecords(bucket),
    suspects: new S3SuspectDocuments(bucket, cipher),
    cipher,
    storageIdentity,
    probe,
  });
}

function placeOf(location: string): { readonly bucket: string; readonly prefix: string } {
  const [bucket = '', ...prefix] = location.replace(/^s3:\/\//u, '').split('/');
  const segments = prefix.filter((segment) => segment !== '');
  return { bucket, prefix: segments.map((segment) => `${segment}/`).join('') };
}

function createClient({ endpoint }: S3Options): S3Client {
  return new S3Client({
    // Compatible servers rarely have a host name for each bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: MOST_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: IDLE_TIMEOUT_MS },
    // Requests that write have a SHA-256 checksum, and what is read is compared with the digest that was recorded.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
