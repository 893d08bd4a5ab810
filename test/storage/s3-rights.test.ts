import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { openStorage, type ArchivedJob, type Storage } from '@signering/storage';
import { codeBlocks, sectionUnder } from '../docs/markdown.js';
import { readProjectFile } from '../docs/project-files.js';
import { requireS3Server, type S3Server } from '../fixtures/index.js';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { RECEIPT_FACTS } from './receipt-facts.js';

const ORGANIZATION = '910000007';
const AT = '2026-03-01T12:00:00.000Z';
const BATCH = { organizationNumber: ORGANIZATION, reference: 'leases' };
const claimOf = (reference: string) => ({
  organizationNumber: ORGANIZATION,
  reference,
  flow: 'PORTAL' as const,
  pollingQueue: 'q',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
});
const REFUSED = {
  code: 'STORAGE_UNAVAILABLE',
  message: /AccessDenied \(HTTP 403\).*Grant the rights of the bucket policy/u,
};

/** The roles of the policy in docs/operating.md, here as access keys of the server's own. */
const ROLES = ['worker', 'client', 'reader'] as const;
type Role = (typeof ROLES)[number];

describe('the bucket policy in docs/operating.md', () => {
  let server: S3Server;
  let bucket: string;
  const secrets = new Map<Role, string>();
  before(async function () {
    server = await requireS3Server(this);
    for (const role of ROLES) secrets.set(role, await server.createUser(role));
    bucket = await server.createBucket();
    const [policy = ''] = codeBlocks(
      sectionUnder(readProjectFile('docs/operating.md'), '### Storage in S3'),
      'json',
    );
    await server.client.send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: policy
          .replaceAll(/arn:aws:iam::\d+:role\/(\w+)/gu, '$1')
          .replaceAll('arn:aws:s3:::agreements', `arn:aws:s3:::${bucket}`),
      }),
    );
  });

  /** The SDK reads the credentials at its first request, which opening sends. */
  async function openAs(role: Role, { create = false } = {}): Promise<Storage> {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = process.env;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: role, AWS_SECRET_ACCESS_KEY: secrets.get(role) });
    try {
      const location = `s3://${bucket}/signering`;
      return await openStorage({ location, s3: { endpoint: server.endpoint }, create });
    } finally {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key });
    }
  }

  it('is enough for a worker to do all its work', async () => {
    const storage = await openAs('worker', { create: true });
    await storage.keyFingerprints.remember('key', 'fingerprint');
    let entry = await storage.ledger.claim(claimOf('worked'));
    const created = { signatureJobId: '42', createdAt: AT };
    const job: ArchivedJob = { organizationNumber: ORGANIZATION, reference: 'worked', ...created };
    entry = await storage.ledger.advance(entry, { created });
    const put = (name: string, content: Buffer) =>
      storage.archive.put({
        job,
        name,
        content: Readable.from([content]),
        verify: () => Promise.resolve(undefined),
      });
    await put('xades-1.xml', Buffer.from('another signer'));
    await storage.archive.withdraw(job, 'xades-1.xml');
    await put('signed.pdf', Buffer.alloc(20 * 1024 ** 2));
    await storage.archive.putReceipt(job, { ...RECEIPT_FACTS, ...job });
    await storage.suspects.keep({ job, name: 'signed.pdf', content: Buffer.from('junk') });
    const settled = { outcome: 'SIGNED', folder: storage.archive.folderOf(job), settledAt: AT } as const;
    entry = await storage.ledger.advance(entry, { settled });
    await storage.ledger.advance(entry, { confirmedAt: AT });
    await storage.batches.record(BATCH, { event: 'RELEASED', at: AT, lists: [1] });
    await storage.batches.record(BATCH, { event: 'ENDED', at: AT, seen: 1 });
    for await (const { record } of storage.batches.open()) assert.fail(record?.reference);
    for await (const { position } of storage.ledger.unsettled()) assert.fail(position);
  });

  it('is enough for a client to start and read jobs, which can neither archive nor delete', async () => {
    const storage = await openAs('client');
    const content = Buffer.from('%PDF-1.7');
    await storage.documents.put(content, { name: 'a.pdf', mediaType: 'application/pdf' });
    const entry = await storage.ledger.claim(claimOf('started'));
    assert.deepEqual(await storage.ledger.claim(claimOf('started')), entry);
    assert.equal(await storage.keyFingerprints.isEmpty(), false);
    const key = { organizationNumber: ORGANIZATION, reference: 'started' };
    await storage.holds.place({ ...key, reason: 'Case 4', at: AT });
    assert.equal((await storage.holds.release({ ...key, at: AT }))?.reason, 'Case 4');
    const list = await storage.batches.addRows(BATCH, [{ reference: 'started', row: 2 }]);
    await storage.batches.record(BATCH, { event: 'RELEASED', at: AT, lists: [list] });
    assert.deepEqual((await storage.batches.find(BATCH))?.lists, [list]);
    const worked = await storage.ledger.findByJobId(ORGANIZATION, 'PORTAL', '42');
    assert.equal(worked?.reference, 'worked');
    const job = {
      organizationNumber: ORGANIZATION,
      reference: 'worked',
      signatureJobId: '42',
      createdAt: AT,
    };
    assert.equal((await storage.archive.readReceipt(job))?.reference, 'worked');
    const other = { ...job, signatureJobId: '43' };
    await assert.rejects(storage.archive.withdraw(other, 'signed.pdf'), REFUSED);
    await assert.rejects(storage.archive.putReceipt(other, { ...RECEIPT_FACTS, ...other }), REFUSED);
  });

  it('is enough for a reader to read signed documents, and for nothing else', async () => {
    const storage = await openAs('reader');
    const job = {
      organizationNumber: ORGANIZATION,
      reference: 'worked',
      signatureJobId: '42',
      createdAt: AT,
    };
    assert.equal((await storage.archive.read(job, 'signed.pdf'))?.byteLength, 20 * 1024 ** 2);
    assert.equal(await storage.archive.read(job, 'xades-1.xml'), undefined);
    assert.ok((await storage.ledger.find(claimOf('worked')))?.confirmedAt);
    await assert.rejects(storage.ledger.claim(claimOf('by the reader')), REFUSED);
    await assert.rejects(
      storage.documents.put(Buffer.from('x'), { name: 'x', mediaType: 'text/plain' }),
      REFUSED,
    );
    await assert.rejects(storage.probe(), REFUSED);
  });
});
