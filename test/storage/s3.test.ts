import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LedgerConflictError, type Storage } from '@signering/storage';
import { S3Bucket } from '@signering/storage/internal/s3/s3-bucket.js';
import { S3Writes } from '@signering/storage/internal/s3/s3-writes.js';
import { archive, CLAIM, JOB, S3Stage } from './s3-stage.js';

describe('storage in S3', () => {
  const stage = new S3Stage().use();

  const keyOf = (storage: Storage, name: string) =>
    `signering/archive/${storage.archive.folderOf(JOB)}/${name}`;

  it('leaves nothing but its identity when it is opened', async () => {
    await stage.open();
    const { Versions: versions = [] } = await stage.server.client.send(
      new ListObjectVersionsCommand({ Bucket: stage.bucket }),
    );
    assert.deepEqual(
      versions.map(({ Key }) => Key),
      ['signering/storage-identity.json'],
    );
    const { Uploads: uploads = [] } = await stage.server.client.send(
      new ListMultipartUploadsCommand({ Bucket: stage.bucket }),
    );
    assert.deepEqual(uploads, []);
  });

  it('protects signed documents and the receipt by Object Lock, not metadata.json, which may be erased', async () => {
    stage.bucket = await stage.server.createBucket({ objectLock: true });
    const storage = await stage.open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 30 } });
    const { file } = await archive(storage, Buffer.from('signed'));
    await storage.archive.putMetadata(JOB, { title: 'Lease', documents: [], signers: [], metadata: {} });
    const at = (name: string) => ({ Bucket: stage.bucket, Key: keyOf(storage, name) });
    const { Retention: retention } = await stage.server.client.send(
      new GetObjectRetentionCommand(at('signed.pdf')),
    );
    assert.equal(retention?.Mode, 'GOVERNANCE');
    const days = (Number(retention.RetainUntilDate) - Date.now()) / (24 * 60 * 60 * 1000);
    assert.ok(days > 29.9 && days <= 30, `${days} days`);
    await assert.rejects(stage.server.client.send(new GetObjectRetentionCommand(at('metadata.json'))));
    const { VersionId } = await stage.server.client.send(new HeadObjectCommand(at('signed.pdf')));
    await assert.rejects(
      stage.server.client.send(new DeleteObjectCommand({ ...at('signed.pdf'), VersionId })),
    );
    await storage.archive.verifyFile(JOB, file);
  });

  it('sends large documents in parts, verified by checksums, and leaves no upload after a conflict', async () => {
    const storage = await stage.open();
    const large = Buffer.alloc(40 * 1024 ** 2 + 1, 'large');
    const { file } = await archive(storage, large);
    assert.equal(file.sha256, createHash('sha256').update(large).digest('hex'));
    await storage.archive.verifyFile(JOB, file);
    const head = await stage.server.client.send(
      new HeadObjectCommand({
        Bucket: stage.bucket,
        Key: keyOf(storage, 'signed.pdf'),
        ChecksumMode: 'ENABLED',
      }),
    );
    assert.match(head.ChecksumSHA256 ?? '', /-3$/u);
    assert.deepEqual((await archive(storage, large)).file, file, 'identical bytes are no conflict');
    large[0] = 0;
    await assert.rejects(archive(storage, large), { code: 'ARCHIVE_CONFLICT' });
    const { Uploads: uploads = [] } = await stage.server.client.send(
      new ListMultipartUploadsCommand({ Bucket: stage.bucket }),
    );
    assert.deepEqual(uploads, []);
  });

  it('encrypts with the KMS key of the settings, which the server confirms', async () => {
    const key = '1234abcd-12ab-34cd-56ef-1234567890ab';
    const arn = `arn:aws:kms:eu-north-1:111122223333:key/${key}`;
    const asked = new Set<unknown>();
    const { endpoint } = await stage.proxied({
      answerHeaders: ({ method, url = '', headers }) => {
        // A part has the key of its upload.
        const creates = method === 'PUT' ? !url.includes('partNumber=') : url.includes('?uploads');
        if (!creates) return {};
        asked.add(headers['x-amz-server-side-encryption-aws-kms-key-id']);
        return {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': arn,
        };
      },
    });
    for (const kmsKey of [arn, key, 'alias/signering']) {
      const storage = await stage.open({ endpoint, kmsKey });
      await archive(storage, Buffer.from('signed'));
    }
    assert.deepEqual([...asked], [arn, key, 'alias/signering']);
    const other = arn.replace('1234abcd', '9999abcd');
    await assert.rejects(stage.open({ endpoint, kmsKey: other }), { code: 'STORAGE_UNAVAILABLE' });
  });

  it('writes each object with its SHA-256, which the server compares', async () => {
    const storage = await stage.open();
    await archive(storage, Buffer.from('signed'));
    const { ChecksumSHA256: checksum } = await stage.server.client.send(
      new GetObjectCommand({
        Bucket: stage.bucket,
        Key: keyOf(storage, 'signed.pdf'),
        ChecksumMode: 'ENABLED',
      }),
    );
    assert.equal(checksum, createHash('sha256').update('signed').digest('base64'));
  });

  it('is no conflict with itself when the answer to a write is lost', async () => {
    let lost = 0;
    const { endpoint } = await stage.proxied({
      loseAnswer: ({ method, url = '' }) =>
        method === 'PUT' && /\/(?:1|2)\.json/u.test(url) && (lost += 1) % 2 === 1,
    });
    const { ledger } = await stage.open({ endpoint });
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
    const { endpoint } = await stage.proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('1.json') || incoming.method !== 'PUT' || (refused += 1) > 2)
          return false;
        outgoing.writeHead(409, { 'content-type': 'application/xml' });
        outgoing.end('<Error><Code>ConditionalRequestConflict</Code><Message>in progress</Message></Error>');
        return true;
      },
    });
    const { ledger } = await stage.open({ endpoint });
    assert.equal((await ledger.claim(CLAIM)).revision, 1);
    assert.equal(refused, 3);
  });

  it('sends one request for each step of a job in the ledger, and three for its claim', async () => {
    const requests: string[] = [];
    const { endpoint } = await stage.proxied({
      answer: ({ method = '', url = '' }) => {
        requests.push(/list-type=2/u.test(url) ? 'LIST' : method);
        return false;
      },
    });
    const { ledger } = await stage.open({ endpoint });
    const sentBy = async <T>(call: () => Promise<T>) => {
      requests.length = 0;
      return [await call(), [...requests]] as const;
    };
    const [claimed, ofClaim] = await sentBy(() => ledger.claim(CLAIM));
    // Finds no entry, marks it as unsettled, writes it.
    assert.deepEqual(ofClaim, ['LIST', 'PUT', 'PUT']);
    const attempts = [{ attempt: 1, startedAt: JOB.createdAt }];
    const [sending, ofSending] = await sentBy(() => ledger.advance(claimed, { attempts }));
    assert.deepEqual(ofSending, ['PUT']);
    const created = { signatureJobId: JOB.signatureJobId, createdAt: JOB.createdAt };
    const [, ofCreation] = await sentBy(() => ledger.advance(sending, { created }));
    // Points from the job to the entry, before.
    assert.deepEqual(ofCreation, ['PUT', 'PUT']);
  });

  it('lists in pages', async () => {
    const storage = await stage.open();
    const writes = new S3Writes(
      new S3Bucket({ client: stage.server.client, bucket: stage.bucket, prefix: 'many/' }),
    );
    const names = Array.from({ length: 1100 }, (_, index) => String(index).padStart(4, '0'));
    await Promise.all(names.map((name) => writes.create(`x/${name}`, '', { attempt: 'test' })));
    const listed: string[] = [];
    const many = new S3Bucket({ client: stage.server.client, bucket: stage.bucket, prefix: 'many/' });
    for await (const { path } of many.list('x/', 'test')) listed.push(path.slice(2));
    assert.deepEqual(listed, names);
    assert.equal(await storage.keyFingerprints.isEmpty(), true);
  });

  it('survives a short outage of the server', async () => {
    let refused = 0;
    const { endpoint } = await stage.proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('.json') || (refused += 1) > 2) return false;
        if (refused === 1) outgoing.writeHead(503).end();
        else outgoing.destroy();
        return true;
      },
    });
    const { storageIdentity } = await stage.open({ endpoint });
    assert.ok(await storageIdentity.find());
  });
});
