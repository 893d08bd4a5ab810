import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { SigningClient } from '@signering/client';
import { generateKey } from '@signering/encryption';
import type { Storage } from '@signering/storage';
import { createNamespace, requireS3Server, sharedTemporal } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';
import {
  openTemporaryBucket,
  openTemporaryStorage,
  type TemporaryStorage,
} from '../storage/temporary-storage.js';
import { pdfSaying, validRequest } from './requests.js';

const KEY = { organizationNumber: '910000007', reference: 'archived' };
const CREATED = { signatureJobId: '42', createdAt: '2026-03-01T10:00:00.000Z' };
const JOB = { ...KEY, ...CREATED };
const CHECK = {
  result: 'NOT_CHECKED',
  findings: [],
  proved: { documents: [], signer: false, job: false },
  signatures: [],
} as const;
/** A user without privileges. */
const OTHER_USER = 65_534;

describe('a client that may only read storage', () => {
  const temporal = { connection: { address: '' }, namespace: '' };
  before(async () => {
    const { address } = await sharedTemporal();
    Object.assign(temporal, { connection: { address }, namespace: await createNamespace(address) });
  });

  it('returns signed documents from a folder that is read-only', async function () {
    const folder = await openTemporaryStorage();
    const user = process.geteuid?.();
    try {
      await archiveJob(folder.storage);
      if (user === 0) execFileSync('chown', ['-R', String(OTHER_USER), folder.root]);
      execFileSync('chmod', ['-R', 'a-w', folder.root]);
      if (user === 0) process.seteuid?.(OTHER_USER);
      await assertReadsOnly(folder);
    } finally {
      if (user === 0) process.seteuid?.(0);
      execFileSync('chmod', ['-R', 'u+w', folder.root]);
      await folder.remove();
    }
  });

  it('returns signed documents from S3 with credentials that only read', async function () {
    const server = await requireS3Server(this);
    const bucket = await openTemporaryBucket(server);
    await archiveJob(bucket.storage);
    const secret = await server.createUser('read-only');
    const [, name = ''] = /^s3:\/\/([^/]+)/u.exec(bucket.location) ?? [];
    const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
    const allowed = {
      Effect: 'Allow',
      Principal: 'read-only',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allowed] });
    await server.client.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = process.env;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'read-only', AWS_SECRET_ACCESS_KEY: secret });
    try {
      await assertReadsOnly(bucket);
    } finally {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key });
    }
  });

  async function assertReadsOnly({ location: storage, s3 }: TemporaryStorage): Promise<void> {
    const { organizationNumber } = KEY;
    const settings = { organizationNumber, storage, s3, keys: [generateKey('a')] as const, temporal };
    const client = await SigningClient.connect({ settings });
    try {
      assert.equal(Buffer.from(await client.signedDocument(KEY.reference)).toString(), '%PDF-1.7');
      assert.equal((await client.getJob(KEY.reference)).status, 'ENDED');
      const looked = new RegExp(`There is no job with reference "none" .* in the storage ${storage}\\.`, 'u');
      await assert.rejects(client.signedDocument('none'), { code: 'JOB_NOT_FOUND', message: looked });
      await assert.rejects(
        client.startPortalJob({ ...validRequest(await pdfSaying('x')), reference: 'new' }),
        {
          code: 'STORAGE_UNAVAILABLE',
          message: /Grant the (?:user of this process|rights of the bucket policy)/u,
        },
      );
    } finally {
      await client.close();
    }
  }
});

/** What a worker leaves of a job that all signers signed. */
async function archiveJob({ ledger, archive }: Storage): Promise<void> {
  const { file } = await archive.put({
    job: JOB,
    name: 'signed.pdf',
    content: Readable.from([Buffer.from('%PDF-1.7')]),
    verify: () => Promise.resolve(undefined),
  });
  await archive.putReceipt(JOB, { ...RECEIPT_FACTS, ...JOB, received: [{ ...file, check: CHECK }] });
  const claim = { ...KEY, flow: 'PORTAL', pollingQueue: 'q', contentDigest: 'a'.repeat(64) } as const;
  const entry = await ledger.claim({ ...claim, ...CLAIMED_INPUT });
  const settled = { outcome: 'SIGNED', folder: archive.folderOf(JOB), settledAt: CREATED.createdAt } as const;
  await ledger.advance(entry, { created: CREATED, settled, confirmedAt: CREATED.createdAt });
}
