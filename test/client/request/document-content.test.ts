import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { SigningError, type DocumentContent, type PortalJobRequest } from '@signering/client';
import { preparePortalJob } from '@signering/client/request';
import { contentDigest } from '@signering/client/internal/content-digest.js';
import { MAX_DOCUMENT_BYTES } from '@signering/schema';
import { readPortalJob } from '@signering/client/internal/request/prepare-portal-job.js';
import { pdfSaying, validRequest } from '../requests.js';

const OPTIONS = { pollingQueue: 'signering-workflows' };

describe('the content of a document in a request', () => {
  let pdf: Uint8Array<ArrayBuffer>;
  before(async () => {
    pdf = new Uint8Array(await pdfSaying('Lease'));
  });

  const preparedWith = async (document: PortalJobRequest['documents'][number]) => {
    const { documents } = await preparePortalJob({ ...validRequest(pdf), documents: [document] }, OPTIONS);
    return documents[0]!;
  };
  const problemOf = async (content: unknown): Promise<string> => {
    try {
      await preparedWith({ content: content as DocumentContent });
    } catch (error) {
      assert.ok(error instanceof SigningError);
      const [problem] = error.facts.problems ?? [];
      return `${error.code} ${problem?.path ?? ''} ${problem?.message ?? ''}`;
    }
    return 'accepted';
  };
  const inChunks = (): Uint8Array[] => [pdf.subarray(0, 100), pdf.subarray(100)];

  it('is the same from bytes, a Blob, a File and a stream of the Web or of Node', async () => {
    const forms: Readonly<Record<string, DocumentContent>> = {
      bytes: pdf,
      buffer: Buffer.from(pdf),
      blob: new Blob([pdf]),
      file: new File([pdf], 'lease.pdf'),
      web: new Blob([pdf]).stream(),
      node: Readable.from(inChunks()),
      generator: (async function* () {
        yield* await Promise.resolve(inChunks());
      })(),
    };
    for (const [name, content] of Object.entries(forms)) {
      assert.deepEqual(new Uint8Array((await preparedWith({ content })).content), pdf, name);
    }
  });

  it('gives a File its name and title, and a Blob its media type, unless the request says otherwise', async () => {
    const text = new Blob(['Avtale'], { type: 'text/plain;charset=utf-8' });
    assert.deepEqual(await factsOf({ content: text }), ['document-1.txt', 'document-1', 'text/plain']);
    const file = new File([pdf], 'lease.pdf', { type: 'application/pdf' });
    assert.deepEqual(await factsOf({ content: file }), ['lease.pdf', 'lease', 'application/pdf']);
    const named = { content: file, name: 'a.pdf', title: 'A' };
    assert.deepEqual(await factsOf(named), ['a.pdf', 'A', 'application/pdf']);
    const untyped = new File(['Avtale'], 'avtale.txt');
    assert.deepEqual(await factsOf({ content: untyped }), ['avtale.txt', 'avtale', 'text/plain']);
  });
  const factsOf = async (document: PortalJobRequest['documents'][number]): Promise<readonly string[]> => {
    const { name, title, mediaType } = await preparedWith(document);
    return [name, title, mediaType];
  };

  it('has the same digest under each name of the File', async () => {
    const digests = new Set<string>();
    for (const name of ['lease.pdf', 'upload-1234.pdf']) {
      const content = new File([pdf], name);
      const { terms, documents } = await preparePortalJob(
        { ...validRequest(pdf), documents: [{ content }] },
        OPTIONS,
      );
      const signed = documents.map(({ content: bytes, pdf: _, ...document }) => ({
        ...document,
        sha256: Buffer.from(bytes).toString('hex'),
        size: bytes.byteLength,
      }));
      digests.add(contentDigest('PORTAL', { ...terms, documents: signed }));
    }
    assert.equal(digests.size, 1);
  });

  it('is refused where it is no bytes, was read before, fails, or is too large', async () => {
    const used = new Blob([pdf]).stream();
    await used.cancel();
    const read = Readable.from(inChunks());
    for await (const _ of read);
    const failing = Readable.from(
      (async function* () {
        yield await Promise.resolve(pdf.subarray(0, 10));
        throw new Error('Kari Nordmann');
      })(),
    );
    const generator = (async function* () {
      yield await Promise.resolve(pdf);
    })();
    for await (const _ of generator);
    for (const ended of [read, generator]) {
      assert.match(
        await problemOf(ended),
        /cannot be read: the stream has ended.*was read before; give a new stream/u,
      );
    }
    let given = 0;
    const endless = (function* () {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1024 * 1024);
      }
    })();
    assert.match(await problemOf('text'), /^INVALID_REQUEST documents\[0\]\.content must be bytes/u);
    assert.match(await problemOf(Readable.from(['text'])), /documents\[0\]\.content cannot be read/u);
    assert.match(
      await problemOf(failing),
      /^INVALID_REQUEST documents\[0\]\.content cannot be read: it failed/u,
    );
    assert.match(
      await problemOf(Readable.from(endless)),
      /^DOCUMENT_NOT_ACCEPTED documents\[0\] has more than/u,
    );
    assert.ok(given <= MAX_DOCUMENT_BYTES / 1024 / 1024 + 20, `${given} MB were read`);
    assert.match(
      await problemOf(new Blob([Buffer.alloc(MAX_DOCUMENT_BYTES + 1)])),
      /^DOCUMENT_NOT_ACCEPTED/u,
    );
    assert.notEqual(await problemOf(used), 'accepted');
    assert.notEqual(await problemOf(read), 'accepted');
  });

  it('is read no further once all documents together are too large', async () => {
    let given = 0;
    const sixMegabytes = (): DocumentContent =>
      Readable.from(
        (function* () {
          for (let megabytes = 0; megabytes < 6; megabytes += 1) {
            given += 1;
            yield Buffer.alloc(1024 * 1024);
          }
        })(),
      );
    const documents = Array.from({ length: 20 }, () => ({ content: sixMegabytes() }));
    await assert.rejects(preparePortalJob({ ...validRequest(pdf), documents }, OPTIONS), {
      code: 'DOCUMENT_NOT_ACCEPTED',
      message: /documents: together they may have 10485760 bytes/u,
    });
    assert.ok(given <= 12, `${given} MB were read`);
  });

  it('is cancelled by the signal of the call, also while it waits for a chunk', async () => {
    const closed: string[] = [];
    const silent: Readonly<Record<string, DocumentContent>> = {
      web: new ReadableStream<Uint8Array>({ cancel: () => void closed.push('web') }),
      node: new Readable({
        read: () => undefined,
        destroy: (error, done) => {
          closed.push('node');
          done(error);
        },
      }),
    };
    for (const [name, content] of Object.entries(silent)) {
      const stop = new AbortController();
      const read = readPortalJob(
        { ...validRequest(pdf), documents: [{ content }] },
        { ...OPTIONS, signal: stop.signal },
      );
      stop.abort(new Error('shutting down'));
      await assert.rejects(read, { message: 'shutting down' }, name);
    }
    assert.deepEqual(closed, ['web', 'node']);
  });
});
