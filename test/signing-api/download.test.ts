import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { ConfirmationUrl, PadesUrl, XadesUrl } from '../../schema/index.js';
import { jobUrl, startTestService, type TestService } from './test-service.js';

const DOCUMENT = randomBytes(300_000);

describe('a download', () => {
  let service: TestService;
  let padesUrl: PadesUrl;
  before(async () => {
    service = await startTestService({
      api: { timeouts: { downloadInactivityMs: 300, answerTimeoutMs: 300 } },
    });
    padesUrl = jobUrl(service.root, 'pades') as PadesUrl;
  });
  after(() => service.stop());

  it('arrives whole, with the size that was announced', async () => {
    service.answer = (response) =>
      response.writeHead(200, { 'content-length': DOCUMENT.length }).end(DOCUMENT);
    const { content, size } = await service.api.portal.downloadPades(padesUrl);
    assert.equal(size, DOCUMENT.length);
    assert.ok((await buffer(content)).equals(DOCUMENT));
  });

  it('arrives whole without an announced size', async () => {
    service.answer = (response) => response.end('<XAdES/>');
    const url = jobUrl(service.root, 'xades/1') as XadesUrl;
    const { content, size } = await service.api.portal.downloadXades(url);
    assert.equal((await buffer(content)).toString(), '<XAdES/>');
    assert.equal(size, 8);
    service.answer = (response) => {
      response.write('<XAdES');
      response.end('/>');
    };
    const chunked = await service.api.portal.downloadXades(url);
    assert.equal(chunked.size, undefined);
    assert.equal((await buffer(chunked.content)).toString(), '<XAdES/>');
  });

  for (const [how, headers] of Object.entries({
    'short of its announced size': { 'content-length': DOCUMENT.length + 1 },
    'between two chunks': {},
  })) {
    it(`that is cut ${how} is INCOMPLETE_DOWNLOAD`, async () => {
      service.answer = (response) => {
        response.writeHead(200, headers);
        response.write(DOCUMENT, () => response.socket?.destroy());
      };
      const { content } = await service.api.portal.downloadPades(padesUrl);
      await assert.rejects(buffer(content), {
        code: 'INCOMPLETE_DOWNLOAD',
        retryable: true,
        facts: { operation: 'pades', httpStatus: 200 },
      });
    });
  }

  it('that is cut before anybody reads it is INCOMPLETE_DOWNLOAD when somebody does', async () => {
    const cut = new Promise<void>((resolve) => {
      service.answer = (response) => {
        response.writeHead(200, { 'content-length': DOCUMENT.length });
        response.write('%PDF', () => response.socket?.once('close', resolve).destroy());
      };
    });
    const { content } = await service.api.portal.downloadPades(padesUrl);
    await cut;
    // A round trip on another connection: by then the end of the first one has arrived.
    service.answer = (response) => response.end();
    await service.api.portal.confirmStatusChange(jobUrl(service.root, 'complete') as ConfirmationUrl);
    await assert.rejects(buffer(content), { code: 'INCOMPLETE_DOWNLOAD' });
  });

  it('that comes to a standstill is INCOMPLETE_DOWNLOAD', async () => {
    service.answer = (response) => response.writeHead(200).write(DOCUMENT);
    const { content } = await service.api.portal.downloadPades(padesUrl);
    await assert.rejects(buffer(content), { code: 'INCOMPLETE_DOWNLOAD' });
  });

  it('that goes on slowly may take longer than any answer', async () => {
    service.answer = (response) => {
      let left = 8;
      const writeMore = () => {
        left -= 1;
        if (left === 0) response.end('x');
        else response.write('x', () => setTimeout(writeMore, 100));
      };
      writeMore();
    };
    const { content } = await service.api.portal.downloadPades(padesUrl);
    assert.equal((await buffer(content)).length, 8);
  });

  it('that never ends is INCOMPLETE_DOWNLOAD when its time is over, though pieces come all the time', async () => {
    const endless = await startTestService({ api: { timeouts: { downloadTimeoutMs: 700 } } });
    try {
      endless.answer = (response) => {
        const writeMore = () => response.write('x', (error) => error ?? setTimeout(writeMore, 50));
        writeMore();
      };
      const { content } = await endless.api.portal.downloadPades(jobUrl(endless.root, 'pades') as PadesUrl);
      await assert.rejects(buffer(content), (error: Error) => {
        assert.equal('code' in error && error.code, 'INCOMPLETE_DOWNLOAD');
        assert.match(String(error.cause), /not complete within 700 ms/u);
        return true;
      });
    } finally {
      await endless.stop();
    }
  });

  it('ends the connection when the reader has had enough, before or after the first piece', async () => {
    for (const readFirst of [false, true]) {
      const closed = new Promise<void>((resolve) => {
        service.answer = (response) => {
          response.socket?.once('close', () => resolve());
          response.writeHead(200).write(DOCUMENT);
        };
      });
      const { content } = await service.api.portal.downloadPades(padesUrl);
      if (readFirst) await once(content, 'readable');
      content.destroy();
      await closed;
    }
  });

  it('ends with the reason of whoever aborts it', async () => {
    const abort = new AbortController();
    const reason = new Error('the worker shuts down');
    service.answer = (response) => response.writeHead(200).write(DOCUMENT);
    const { content } = await service.api.portal.downloadPades(padesUrl, { signal: abort.signal });
    await once(content, 'readable');
    abort.abort(reason);
    await assert.rejects(buffer(content), reason);
  });
});
