import {
  CompleteMultipartUploadCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { openStorage, type S3Options } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { archive, CLAIM, JOB, S3Stage, UNAVAILABLE } from './s3-stage.js';

describe('storage in S3 that cannot be used', () => {
  const stage = new S3Stage().use();

  it('refuses a store without conditional writes', async () => {
    // The signature covers the header, so the proxy writes the object itself, without it.
    const { endpoint } = await stage.proxied({
      answer: (incoming, outgoing) => {
        if (incoming.headers['if-none-match'] === undefined) return false;
        const [path = ''] = (incoming.url ?? '').split('?');
        const Key = decodeURIComponent(path).slice(stage.bucket.length + 2);
        void buffer(incoming)
          .then((Body) => stage.server.client.send(new PutObjectCommand({ Bucket: stage.bucket, Key, Body })))
          .then(() => outgoing.writeHead(200).end());
        return true;
      },
    });
    await assert.rejects(stage.open({ endpoint }), {
      ...UNAVAILABLE,
      message:
        /overwrote an object, sent whole, although the request forbade it \(If-None-Match: \*\).*two workers could take/u,
    });
  });

  it('refuses a store whose conditions do not hold for objects sent in parts', async () => {
    // Passes on everything but the header, which is removed when an upload is completed.
    const { endpoint } = await stage.proxied({
      answer: ({ method, headers, url = '' }, outgoing) => {
        if (method !== 'POST' || headers['if-none-match'] === undefined) return false;
        const { pathname, searchParams } = new URL(url, stage.server.endpoint);
        const upload = {
          Bucket: stage.bucket,
          Key: decodeURIComponent(pathname).slice(stage.bucket.length + 2),
          UploadId: searchParams.get('uploadId') ?? '',
        };
        void stage.server.client
          .send(new ListPartsCommand(upload))
          .then(({ Parts = [] }) =>
            stage.server.client.send(
              new CompleteMultipartUploadCommand({
                ...upload,
                MultipartUpload: {
                  Parts: Parts.map(({ ETag, PartNumber, ChecksumSHA256 }) => ({
                    ETag,
                    PartNumber,
                    ChecksumSHA256,
                  })),
                },
              }),
            ),
          )
          .then(() => outgoing.writeHead(200).end('<CompleteMultipartUploadResult/>'));
        return true;
      },
    });
    await assert.rejects(stage.open({ endpoint }), {
      ...UNAVAILABLE,
      message: /overwrote an object, sent in parts, although the request forbade it/u,
    });
  });

  it('refuses a KMS key whose use the server does not confirm', async () => {
    await assert.rejects(stage.open({ kmsKey: 'arn:aws:kms:eu-north-1:1:key/2' }), {
      ...UNAVAILABLE,
      message: /SIGNERING_S3_KMS_KEY is set, and the server did not confirm the encryption/u,
    });
  });

  it('does not count an object as stored that a repeated write finds without the encryption', async () => {
    await stage.open();
    let lost = 0;
    const { endpoint } = await stage.proxied({
      loseAnswer: ({ method, url = '' }) =>
        method === 'PUT' && url.includes('/documents/') && (lost += 1) === 3,
    });
    const { documents } = await openStorage({
      location: `s3://${stage.bucket}/signering`,
      s3: { endpoint, kmsKey: 'arn:aws:kms:eu-north-1:1:key/2' },
    });
    for (const what of ['first', 'repeated', 'answer lost']) {
      await assert.rejects(
        documents.put(Buffer.from('%PDF'), { name: 'a.pdf', mediaType: 'application/pdf' }),
        { ...UNAVAILABLE, message: /the server did not confirm the encryption/u },
        what,
      );
    }
    assert.equal(lost, 4, 'the last write was sent twice');
    const { Contents: left = [] } = await stage.server.client.send(
      new ListObjectsV2Command({ Bucket: stage.bucket, Prefix: 'signering/documents/' }),
    );
    assert.deepEqual(left, []);
  });

  it('refuses Object Lock on a bucket without it', async () => {
    await assert.rejects(stage.open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 1 } }), {
      ...UNAVAILABLE,
      message: /SIGNERING_S3_OBJECT_LOCK is set, and Object Lock is not enabled for the bucket/u,
    });
  });

  it('names a missing bucket, refused credentials and a server that is not there, with what to do', async () => {
    const failsWith = (s3: S3Options, message: RegExp) =>
      assert.rejects(stage.open(s3), { ...UNAVAILABLE, message });
    await failsWith(
      { endpoint: 'http://127.0.0.1:1' },
      /cannot be reached \(ECONNREFUSED\).*SIGNERING_S3_ENDPOINT/u,
    );
    stage.bucket = 'nowhere';
    await failsWith({}, /NoSuchBucket.*Create the bucket, or correct the bucket in SIGNERING_STORAGE/u);
    const key = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    try {
      await failsWith({}, /SignatureDoesNotMatch.*credentials: correct AWS_ACCESS_KEY_ID/u);
    } finally {
      process.env['AWS_SECRET_ACCESS_KEY'] = key;
    }
  });

  /** As in a container; only root can become another user. */
  async function archiveAsUnknownUser(temporary: string): Promise<string> {
    const program = `
      import { Readable } from 'node:stream';
      import { openStorage } from '@signering/storage';
      const [location, endpoint] = process.argv.slice(1);
      // Loads the modules, which the other user may not be permitted to read.
      await openStorage({ location, s3: { endpoint } });
      if (process.getuid() === 0) process.setuid(54321);
      const { archive } = await openStorage({ location, s3: { endpoint }, create: true });
      const job = ${JSON.stringify(JOB)};
      const verify = () => Promise.resolve();
      await archive.put({ job, name: 'signed.pdf', content: Readable.from([Buffer.from('%PDF')]), verify });
      process.stdout.write('archived');`;
    const args = ['--input-type=module', '-e', program, `s3://${stage.bucket}`, stage.server.endpoint];
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, ...args], {
      env: { ...process.env, TMPDIR: temporary },
    });
    return stdout;
  }

  it('archives as a user without an entry in the user database', async () => {
    // Not below the folder of the run, which only this user can enter.
    const folder = mkdtempSync(join(tmpdir(), 'signering-unknown-user-'));
    try {
      chmodSync(folder, 0o777);
      assert.equal(await archiveAsUnknownUser(folder), 'archived');
      assert.equal(readdirSync(folder).length, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stops at the start when its working folder cannot be made', async function () {
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(freshFolder('no-volume'), 'not-mounted');
    try {
      await assert.rejects(stage.open(), {
        ...UNAVAILABLE,
        message: /could not make its working folder: .*ENOENT in .*not-mounted\. Set TMPDIR to a folder/u,
      });
    } finally {
      if (temporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = temporary;
    }
  });

  it('refuses a working folder in which others could replace a download', async () => {
    const storage = await stage.open();
    const temporary = process.env['TMPDIR'];
    const folder = freshFolder('working');
    process.env['TMPDIR'] = folder;
    try {
      await archive(storage, Buffer.from('one'));
      const [working = ''] = readdirSync(folder);
      assert.deepEqual(readdirSync(join(folder, working)), []);
      chmodSync(join(folder, working), 0o777);
      await assert.rejects(archive(storage, Buffer.from('two'), 'xades-1.xml'), {
        ...UNAVAILABLE,
        message: /others can write to .*set TMPDIR/u,
      });
    } finally {
      if (temporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = temporary;
    }
  });

  it('does not take a ledger entry for missing that is listed and not found', async () => {
    await (await stage.open()).ledger.claim(CLAIM);
    const { endpoint } = await stage.proxied({
      answer: ({ method, url = '' }, outgoing) => {
        if (method !== 'GET' || !url.includes('/1.json')) return false;
        outgoing.writeHead(404, { 'content-type': 'application/xml' });
        outgoing.end('<Error><Code>NoSuchKey</Code></Error>');
        return true;
      },
    });
    const { ledger } = await stage.open({ endpoint });
    const expected = {
      ...UNAVAILABLE,
      isOfOneEntry: true,
      message: /lists its object and does not find it/u,
    };
    await assert.rejects(ledger.find(CLAIM), expected);
    await assert.rejects(ledger.claim(CLAIM), expected);
    for await (const one of ledger.unsettled()) assert.ok('unreadable' in one);
  });

  it('gives up a claim when the server refuses its write and lists no entry', async () => {
    await (await stage.open()).ledger.claim(CLAIM);
    const { endpoint } = await stage.proxied({
      answer: ({ url = '' }, outgoing) => {
        if (!/list-type=2.*references/u.test(url)) return false;
        outgoing.writeHead(200, { 'content-type': 'application/xml' });
        outgoing.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
        return true;
      },
    });
    const { ledger } = await stage.open({ endpoint });
    await assert.rejects(ledger.claim(CLAIM), { code: 'LEDGER_CONFLICT', retryable: true });
  });

  it('does not quote a key in a message, because it contains the reference', async () => {
    const { endpoint } = await stage.proxied({
      answer: (incoming, outgoing) => {
        if (!incoming.url!.includes('/archive/')) return false;
        outgoing.writeHead(403, { 'content-type': 'application/xml' });
        outgoing.end(`<Error><Code>AccessDenied</Code><Message>${incoming.url}</Message></Error>`);
        return true;
      },
    });
    const storage = await stage.open({ endpoint });
    await assert.rejects(archive(storage, Buffer.from('x')), (error: Error) => {
      assert.match(error.message, /AccessDenied \(HTTP 403\).*bucket policy in docs\/operating\.md/u);
      assert.ok(!error.message.includes('lease'));
      return true;
    });
  });
});
