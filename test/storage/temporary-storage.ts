import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFileCipher } from '@signering/encryption/internal/file-cipher.js';
import { generateKey } from '@signering/encryption';
import {
  openStorage,
  type OpenStorageOptions,
  type S3Options,
  type Storage,
  type SuspectDocuments,
} from '@signering/storage';
import { FileSuspectDocuments } from '@signering/storage/internal/file-system/file-suspect-documents.js';
import { S3Bucket } from '@signering/storage/internal/s3/s3-bucket.js';
import { S3SuspectDocuments } from '@signering/storage/internal/s3/s3-suspect-documents.js';
import type { SuspectBounds } from '@signering/storage/internal/suspect-documents.js';
import { requireS3Server, sharedS3Server, type S3Server } from '../fixtures/index.js';

/** The files of a storage as they lie there, to damage them and to see what was written. */
export interface RawFiles {
  /** Sorted paths below a folder, relative to it; without hidden ones. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /** In bytes. */
  size(path: string): Promise<number>;
  setModified(path: string, date: Date): Promise<void>;
  /** Replaces what is there. */
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** As a writer that was killed leaves it in the ledger: a pointer or a marker without the entry. */
  writeMarker(path: string): Promise<void>;
}

/** A storage for one test. */
export interface TemporaryStorage {
  readonly location: string;
  readonly s3?: S3Options;
  readonly storage: Storage;
  readonly raw: RawFiles;
  /** Stores in clear, so that the sizes are those of the contents. */
  suspectsWithin(bounds: { readonly ofJob: SuspectBounds; readonly all: SuspectBounds }): SuspectDocuments;
  readonly remove: () => Promise<void>;
}

/** Storage in a temporary folder. */
export interface TemporaryFolder extends TemporaryStorage {
  readonly root: string;
}

/** Encrypts, or does not. */
export type Encryption = Pick<OpenStorageOptions, 'keys' | 'encryptStorage'>;

const CLEAR = createFileCipher({ keys: [], encrypts: false });

export async function openTemporaryStorage(encryption: Encryption = {}): Promise<TemporaryFolder> {
  const root = await mkdtemp(join(tmpdir(), 'signering-storage-'));
  const storage = await openStorage({ location: root, create: true, ...encryption });
  const remove = () => rm(root, { recursive: true, force: true });
  const suspectsWithin: TemporaryFolder['suspectsWithin'] = (bounds) =>
    new FileSuspectDocuments(root, CLEAR, bounds);
  return { root, location: root, storage, raw: filesIn(root), suspectsWithin, remove };
}

function filesIn(root: string): RawFiles {
  const pathOf = (path: string) => join(root, ...path.split('/'));
  return {
    list: async (folder) => {
      const entries = await readdir(pathOf(folder), { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile() || /unsettled$|jobs/u.test(entry.parentPath));
      return files
        .filter(({ name }) => !name.startsWith('.'))
        .map(({ parentPath, name }) => join(parentPath, name).slice(pathOf(folder).length + 1))
        .sort();
    },
    read: (path) => readFile(pathOf(path), 'utf8'),
    size: async (path) => (await stat(pathOf(path))).size,
    setModified: (path, date) => utimes(pathOf(path), date, date),
    write: async (path, content) => {
      await mkdir(dirname(pathOf(path)), { recursive: true });
      await chmod(pathOf(path), 0o600).catch(() => undefined);
      await writeFile(pathOf(path), content);
    },
    remove: (path) => rm(pathOf(path), { recursive: true }),
    writeMarker: async (path) => {
      await mkdir(pathOf(path), { recursive: true });
    },
  };
}

let prefixes = 0;

/** Storage in a bucket of the tests' S3 server, which is there. */
export async function openTemporaryBucket(
  server: S3Server,
  encryption: Encryption = {},
): Promise<TemporaryStorage> {
  const bucket = await server.createBucket();
  const prefix = `tests/${(prefixes += 1)}`;
  const s3 = { endpoint: server.endpoint };
  const location = `s3://${bucket}/${prefix}`;
  const storage = await openStorage({ location, s3, create: true, ...encryption });
  const raw = objectsIn(server, bucket, `${prefix}/`);
  const s3Bucket = new S3Bucket({ client: server.client, bucket, prefix: `${prefix}/` });
  const suspectsWithin: TemporaryStorage['suspectsWithin'] = (bounds) =>
    new S3SuspectDocuments(s3Bucket, CLEAR, bounds);
  return { location, s3, storage, raw, suspectsWithin, remove: () => Promise.resolve() };
}

function objectsIn({ client, folder: objects }: S3Server, bucket: string, prefix: string): RawFiles {
  const at = (path: string) => ({ Bucket: bucket, Key: `${prefix}${path}` });
  const write = async (path: string, content: string) => {
    await client.send(new PutObjectCommand({ ...at(path), Body: Buffer.from(content) }));
  };
  return {
    list: async (folder) => {
      const below = `${prefix}${folder}/`;
      const { Contents: found = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: below }),
      );
      return found.map(({ Key: key = '' }) => key.slice(below.length)).sort();
    },
    read: async (path) => (await client.send(new GetObjectCommand(at(path)))).Body?.transformToString() ?? '',
    size: async (path) => (await client.send(new HeadObjectCommand(at(path)))).ContentLength ?? 0,
    // The server takes the time from its file.
    setModified: (path, date) => utimes(join(objects, bucket, prefix, path), date, date),
    write,
    remove: async (path) => {
      await client.send(new DeleteObjectCommand(at(path)));
    },
    writeMarker: (path) => write(path, ''),
  };
}

/** Each kind of storage: the same tests run on all of them. */
export type OpenTemporary = () => Promise<TemporaryStorage>;

/** Describes the same behaviour for storage in a folder and in S3. */
export function describeEachStorage(what: string, tests: (open: OpenTemporary) => void): void {
  describeIn(what, {}, tests);
}

/** As {@link describeEachStorage}, each in clear and encrypted. */
export function describeEachFileStorage(what: string, tests: (open: OpenTemporary) => void): void {
  describeIn(what, {}, tests);
  describeIn(`${what}, encrypted`, { keys: [generateKey('storage-1')], encryptStorage: true }, tests);
}

function describeIn(what: string, encryption: Encryption, tests: (open: OpenTemporary) => void): void {
  describe(`${what}, in a folder`, () => tests(() => openTemporaryStorage(encryption)));
  describe(`${what}, in S3`, () => {
    before(async function () {
      await requireS3Server(this);
    });
    tests(async () => openTemporaryBucket(await sharedS3Server(), encryption));
  });
}
