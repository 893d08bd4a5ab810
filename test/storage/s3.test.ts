import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  LedgerConflictError,
  openStorage,
  type ArchivedJob,
  type S3Options,
  type Storage,
} from '@signering/storage';
import { S3Bucket } from '@signering/storage/internal/s3/s3-bucket.js';
import { S3Writes } from '@signering/storage/internal/s3/s3-writes.js';
import { freshFolder, requireS3Server, type S3Server } from '../fixtures/index.js';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { startS3Proxy, type ProxyRules, type S3Proxy } from './s3-proxy.js';

const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'lease/2026 #1',
  signatureJobId: '42',
  createdAt: '2026-03-01T12:00:00.000Z',
};
const CLAIM = {
  organizationNumber: JOB.organizationNumber,
  reference: JOB.reference,
  flow: 'PORTAL',
  pollingQueue: 'q',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
} as const;
const UNAVAILABLE = { code: 'STORAGE_UNAVAILABLE', retryable: true };

describe('storage in S3', () => {
  let server: S3Server;
  let bucket: string;
  const proxies: S3Proxy[] = [];
  before(async function () {
    server = await requireS3Server(this);
  });
  beforeEach(async () => {
    bucket = await server.createBucket();
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.close();
  });

  const open = (s3: S3Options = {}, { create = true } = {}): Promise<Storage> =>
    openStorage({ location: `s3://${bucket}/signering`, s3: { endpoint: server.endpoint, ...s3 }, create });
  const proxied = async (rules: ProxyRules): Promise<S3Proxy> => {
    const proxy = await startS3Proxy(server.endpoint, rules);
    proxies.push(proxy);
    return proxy;
  };
  const put = (storage: Storage, content: Uint8Array, name = 'signed.pdf') =>
    storage.archive.put({
      job: JOB,
      name,
      content: Readable.from([content]),
      verify: () => Promise.resolve(undefined),
    });
  const keyOf = (storage: Storage, name: string) =>
    `signering/archive/${storage.archive.folderOf(JOB)}/${name}`;

  it('leaves nothing but its identity when it is opened', async () => {
    await open();
    const { Versions: versions = [] } = await server.client.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    assert.deepEqual(
      versions.map(({ Key }) => Key),
      ['signering/storage-identity.json'],
    );
  });

  it('refuses a store without conditional writes', async () => {
    // The signature covers the header, so the proxy writes the object itself, without it.
    const { endpoint } = await proxied({
      answer: (incoming, outgoing) => {
        if (incoming.headers['if-none-match'] === undefined) return false;
        const [path = ''] = (incoming.url ?? '').split('?');
        const Key = decodeURIComponent(path).slice(bucket.length + 2);
        void buffer(incoming)
          .then((Body) => server.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body })))
          .then(() => outgoing.writeHead(200).end());
        return true;
      },
    });
    await assert.rejects(open({ endpoint }), {
      ...UNAVAILABLE,
      message:
        /overwrote an object although the request forbade it \(If-None-Match: \*\).*two workers could take/u,
    });
  });

  it('refuses a KMS key whose use the server does not confirm', async () => {
    await assert.rejects(open({ kmsKey: 'arn:aws:kms:eu-north-1:1:key/2' }), {
      ...UNAVAILABLE,
      message: /SIGNERING_S3_KMS_KEY is set, and the server did not confirm the encryption/u,
    });
  });

  it('refuses Object Lock on a bucket without it', async () => {
    await assert.rejects(open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 1 } }), {
      ...UNAVAILABLE,
      message: /SIGNERING_S3_OBJECT_LOCK is set, and Object Lock is not enabled for the bucket/u,
    });
  });

  it('protects signed documents and the receipt by Object Lock, not metadata.json, which may be erased', async () => {
    bucket = await server.createBucket({ objectLock: true });
    const storage = await open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 30 } });
    const { file } = await put(storage, Buffer.from('signed'));
    await storage.archive.putMetadata(JOB, { title: 'Lease', documents: [], signers: [], metadata: {} });
    const at = (name: string) => ({ Bucket: bucket, Key: keyOf(storage, name) });
    const { Retention: retention } = await server.client.send(
      new GetObjectRetentionCommand(at('signed.pdf')),
    );
    assert.equal(retention?.Mode, 'GOVERNANCE');
    const days = (Number(retention.RetainUntilDate) - Date.now()) / (24 * 60 * 60 * 1000);
    assert.ok(days > 29.9 && days <= 30, `${days} days`);
    await assert.rejects(server.client.send(new GetObjectRetentionCommand(at('metadata.json'))));
    const { VersionId } = await server.client.send(new HeadObjectCommand(at('signed.pdf')));
    await assert.rejects(server.client.send(new DeleteObjectCommand({ ...at('signed.pdf'), VersionId })));
    await storage.archive.verifyFile(JOB, file);
  });

  it('sends large documents in parts, verified by checksums, and leaves no upload after a conflict', async () => {
    const storage = await open();
    const large = Buffer.alloc(40 * 1024 ** 2 + 1, 'large');
    const { file } = await put(storage, large);
    assert.equal(file.sha256, createHash('sha256').update(large).digest('hex'));
    await storage.archive.verifyFile(JOB, file);
    const head = await server.client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: keyOf(storage, 'signed.pdf'), ChecksumMode: 'ENABLED' }),
    );
    assert.match(head.ChecksumSHA256 ?? '', /-3$/u);
    assert.deepEqual((await put(storage, large)).file, file, 'identical bytes are no conflict');
    large[0] = 0;
    await assert.rejects(put(storage, large), { code: 'ARCHIVE_CONFLICT' });
    const { Uploads: uploads = [] } = await server.client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket }),
    );
    assert.deepEqual(uploads, []);
  });

  it('writes each object with its SHA-256, which the server compares', async () => {
    const storage = await open();
    await put(storage, Buffer.from('signed'));
    const { ChecksumSHA256: checksum } = await server.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: keyOf(storage, 'signed.pdf'), ChecksumMode: 'ENABLED' }),
    );
    assert.equal(checksum, createHash('sha256').update('signed').digest('base64'));
  });

  it('is no conflict with itself when the answer to a write is lost', async () => {
    let lost = 0;
    const { endpoint } = await proxied({
      loseAnswer: ({ method, url = '' }) =>
        method === 'PUT' && /\/(?:1|2)\.json/u.test(url) && (lost += 1) % 2 === 1,
    });
    const { ledger } = await open({ endpoint });
    const entry = await ledger.claim(CLAIM);
    const advanced = await ledger.advance(entry, {
      attempts: [{ attempt: 1, startedAt: JOB.createdAt }],
    });
    assert.equal(lost, 4, 'both revisions were sent twice');
    assert.equal(advanced.revision, 2);
    await assert.rejects(ledger.advance(entry, { attempts: [] }), LedgerConflictError);
  });

  it('repeats a write that met another one in progress', async () => {
    let refused = 0;
    const { endpoint } = await proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('1.json') || incoming.method !== 'PUT' || (refused += 1) > 2)
          return false;
        outgoing.writeHead(409, { 'content-type': 'application/xml' });
        outgoing.end('<Error><Code>ConditionalRequestConflict</Code><Message>in progress</Message></Error>');
        return true;
      },
    });
    const { ledger } = await open({ endpoint });
    assert.equal((await ledger.claim(CLAIM)).revision, 1);
    assert.equal(refused, 3);
  });

  it('lists in pages', async () => {
    const storage = await open();
    const writes = new S3Writes(new S3Bucket({ client: server.client, bucket, prefix: 'many/' }));
    const names = Array.from({ length: 1100 }, (_, index) => String(index).padStart(4, '0'));
    await Promise.all(names.map((name) => writes.create(`x/${name}`, '', { attempt: 'test' })));
    const listed: string[] = [];
    const many = new S3Bucket({ client: server.client, bucket, prefix: 'many/' });
    for await (const { path } of many.list('x/', 'test')) listed.push(path.slice(2));
    assert.deepEqual(listed, names);
    assert.equal(await storage.keyFingerprints.isEmpty(), true);
  });

  it('survives a short outage of the server', async () => {
    let refused = 0;
    const { endpoint } = await proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('.json') || (refused += 1) > 2) return false;
        if (refused === 1) outgoing.writeHead(503).end();
        else outgoing.destroy();
        return true;
      },
    });
    const { storageIdentity } = await open({ endpoint });
    assert.ok(await storageIdentity.find());
  });

  it('names a missing bucket, refused credentials and a server that is not there, with what to do', async () => {
    const failsWith = (s3: S3Options, message: RegExp) =>
      assert.rejects(open(s3), { ...UNAVAILABLE, message });
    await failsWith(
      { endpoint: 'http://127.0.0.1:1' },
      /cannot be reached \(ECONNREFUSED\).*SIGNERING_S3_ENDPOINT/u,
    );
    bucket = 'nowhere';
    await failsWith({}, /NoSuchBucket.*Create the bucket, or correct the bucket in SIGNERING_STORAGE/u);
    const key = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    try {
      await failsWith({}, /SignatureDoesNotMatch.*credentials: correct AWS_ACCESS_KEY_ID/u);
    } finally {
      process.env['AWS_SECRET_ACCESS_KEY'] = key;
    }
  });

  it('refuses a working folder in which others could replace a download', async () => {
    const storage = await open();
    const temporary = process.env['TMPDIR'];
    const folder = freshFolder('working');
    process.env['TMPDIR'] = folder;
    try {
      await put(storage, Buffer.from('one'));
      const [working = ''] = readdirSync(folder);
      assert.deepEqual(readdirSync(join(folder, working)), []);
      chmodSync(join(folder, working), 0o777);
      await assert.rejects(put(storage, Buffer.from('two'), 'xades-1.xml'), {
        ...UNAVAILABLE,
        message: /others can write to .*set TMPDIR/u,
      });
    } finally {
      if (temporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = temporary;
    }
  });

  it('does not quote a key in a message, because it contains the reference', async () => {
    const { endpoint } = await proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('/archive/')) return false;
        outgoing.writeHead(403, { 'content-type': 'application/xml' });
        outgoing.end(`<Error><Code>AccessDenied</Code><Message>${incoming.url}</Message></Error>`);
        return true;
      },
    });
    const storage = await open({ endpoint });
    await assert.rejects(put(storage, Buffer.from('x')), (error: Error) => {
      assert.match(error.message, /AccessDenied \(HTTP 403\).*bucket policy in docs\/operating\.md/u);
      assert.ok(!error.message.includes('lease'));
      return true;
    });
  });
});
