import { S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3Bucket } from '@signering/storage/internal/s3/s3-bucket.js';
import { waitFor } from '../fixtures/index.js';
import { archive, JOB, S3Stage, UNAVAILABLE } from './s3-stage.js';

/** Larger than what the sockets between the server and a reader buffer. */
const LARGE = Buffer.alloc(40 * 1024 ** 2, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));

describe('a document that is read from S3 in chunks', () => {
  const stage = new S3Stage().use();

  it('is read to its end although the connection breaks', async () => {
    await archive(await stage.open(), LARGE);
    let broken = 0;
    const { endpoint } = await stage.proxied({
      breakAnswer: ({ method, url = '' }) =>
        method === 'GET' && url.includes('signed.pdf') && (broken += 1) <= 5,
    });
    const storage = await stage.open({ endpoint });
    const content = await storage.archive.readInChunks(JOB, 'signed.pdf');
    assert.ok(content !== undefined && LARGE.equals(await buffer(content)));
    assert.equal(broken, 6);
  });

  it('is read to its end after the reader paused until the connection was closed as idle', async () => {
    await archive(await stage.open(), LARGE);
    const answers: { readonly range: string | undefined; readonly outgoing: ServerResponse }[] = [];
    const { endpoint } = await stage.proxied({
      answer: ({ url = '', headers: { range } }, outgoing) => {
        if (url.includes('signed.pdf')) answers.push({ range, outgoing });
        return false;
      },
    });
    const client = new S3Client({
      endpoint,
      forcePathStyle: true,
      requestHandler: { socketTimeout: 2000 },
    });
    const bucket = new S3Bucket({ client, bucket: stage.bucket, prefix: 'signering/' });
    const found = bucket.list('archive/', 'test');
    const paths: string[] = [];
    for await (const { path } of found) paths.push(path);
    const content = await bucket.stream(paths.find((path) => path.endsWith('signed.pdf')) ?? '', 'test');
    assert.ok(content !== undefined);
    const start = await firstOf(content);
    const first = answers.at(-1)?.outgoing;
    await waitFor(() => first?.destroyed === true && !first.writableFinished, {
      what: 'the idle connection is closed',
    });
    assert.ok(LARGE.equals(Buffer.concat([start, await buffer(content)])));
    const rest = answers.find(({ range }) => range !== undefined);
    assert.match(rest?.range ?? '', /^bytes=[1-9]/u, 'only the rest is read again');
    client.destroy();
  });

  it('fails with STORAGE_UNAVAILABLE when the server is gone', async () => {
    await archive(await stage.open(), LARGE);
    const { endpoint } = await stage.proxied({
      answer: ({ headers }, outgoing) => {
        if (headers.range === undefined) return false;
        outgoing.writeHead(206, { 'content-length': 1 }).flushHeaders();
        outgoing.destroy();
        return true;
      },
      breakAnswer: ({ method, url = '' }) => method === 'GET' && url.includes('signed.pdf'),
    });
    const storage = await stage.open({ endpoint });
    const content = await storage.archive.readInChunks(JOB, 'signed.pdf');
    assert.ok(content !== undefined);
    await assert.rejects(buffer(content), UNAVAILABLE);
  });

  it('keeps no connection when it is destroyed unread', async () => {
    await archive(await stage.open(), LARGE);
    const answers: ServerResponse[] = [];
    const { endpoint } = await stage.proxied({
      answer: ({ url = '' }, outgoing) => {
        if (url.includes('signed.pdf')) answers.push(outgoing);
        return false;
      },
    });
    const storage = await stage.open({ endpoint });
    const content = await storage.archive.readInChunks(JOB, 'signed.pdf');
    content?.destroy();
    await waitFor(() => answers.every(({ destroyed }) => destroyed), { what: 'the connection is closed' });
    assert.equal(answers.length, 1);
  });
});

async function firstOf(content: Readable): Promise<Buffer> {
  await once(content, 'readable');
  return content.read() as Buffer;
}
