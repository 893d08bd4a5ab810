import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ConfirmationUrl, PadesUrl, XadesUrl } from '@signering/schema';
import { jobUrl, startTestService, type TestService } from '../test-service.js';

const DOCUMENT = randomBytes(300_000);

describe('a download', () => {
  let service: TestService;
  let padesUrl: PadesUrl;
  before(async () => {
    service = await startTestService();
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

  it('that is cut off before it is read is INCOMPLETE_DOWNLOAD when it is read', async () => {
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
    const halted = await startTestService({ api: { timeouts: { downloadInactivityMs: 300 } } });
    try {
      halted.answer = (response) => response.writeHead(200).write(DOCUMENT);
      const { content } = await halted.api.portal.downloadPades(jobUrl(halted.root, 'pades') as PadesUrl);
      await assert.rejects(buffer(content), { code: 'INCOMPLETE_DOWNLOAD' });
    } finally {
      await halted.stop();
    }
  });

  it('that goes on slowly may take longer than any answer', async () => {
    const timeouts = { answerTimeoutMs: 3000, downloadAnswerTimeoutMs: 3000, downloadInactivityMs: 10_000 };
    const slow = await startTestService({ api: { timeouts } });
    try {
      slow.answer = (response) => {
        let left = 8;
        const writeMore = () => {
          left -= 1;
          if (left === 0) response.end('x');
          else response.write('x', () => setTimeout(writeMore, 500));
        };
        writeMore();
      };
      const { content } = await slow.api.portal.downloadPades(jobUrl(slow.root, 'pades') as PadesUrl);
      assert.equal((await buffer(content)).length, 8);
    } finally {
      await slow.stop();
    }
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

  for (const [what, send] of Object.entries({
    'that has arrived whole': (response: ServerResponse) => response.end('%PDF-1.7'),
    'that is still arriving': (response: ServerResponse) => response.writeHead(200).write(DOCUMENT),
    'of which only the head has arrived': (response: ServerResponse) =>
      response.writeHead(200).flushHeaders(),
  })) {
    it(`${what} can be destroyed unread, some time after the head, without an uncaught error`, async () => {
      service.answer = send;
      const { content } = await service.api.portal.downloadPades(padesUrl);
      // A call on another connection takes as long as it takes to find out that a file cannot be made.
      const confirm = () => {
        service.answer = (response) => response.end();
        return service.api.portal.confirmStatusChange(jobUrl(service.root, 'complete') as ConfirmationUrl);
      };
      await confirm();
      const closed = once(content, 'close');
      content.destroy();
      await closed;
      // An error without a listener would end this process by now.
      await confirm();
    });
  }

  it('that runs out of time, or is aborted, before anyone reads it raises no error without a listener', async () => {
    const short = await startTestService({ api: { timeouts: { downloadTimeoutMs: 50 } } });
    try {
      for (const how of ['time', 'abort', 'closed API'] as const) {
        const closed = new Promise<void>((resolve) => {
          short.answer = (response) => {
            response.socket?.once('close', () => resolve());
            response.writeHead(200).write(DOCUMENT);
          };
        });
        const abort = new AbortController();
        const url = jobUrl(short.root, 'pades') as PadesUrl;
        const { content } = await short.api.portal.downloadPades(url, { signal: abort.signal });
        if (how === 'abort') abort.abort(new Error('the worker shuts down'));
        if (how === 'closed API') await short.api.close();
        await closed;
        await assert.rejects(buffer(content));
      }
    } finally {
      await short.stop();
    }
  });

  describe('with a limit', () => {
    const tooLarge = {
      code: 'SIGNED_DOCUMENT_TOO_LARGE',
      retryable: false,
      facts: { operation: 'pades', httpStatus: 200, limitBytes: DOCUMENT.length - 1 },
    };

    it('arrives whole when it is exactly that long', async () => {
      service.answer = (response) => response.end(DOCUMENT);
      const { content } = await service.api.portal.downloadPades(padesUrl, { maxBytes: DOCUMENT.length });
      assert.ok((await buffer(content)).equals(DOCUMENT));
    });

    it('is refused by its announced size, before a byte is read', async () => {
      const closed = new Promise<void>((resolve) => {
        service.answer = (response) => {
          response.socket?.once('close', () => resolve());
          response.writeHead(200, { 'content-length': DOCUMENT.length }).flushHeaders();
        };
      });
      const download = service.api.portal.downloadPades(padesUrl, { maxBytes: DOCUMENT.length - 1 });
      await assert.rejects(download, tooLarge);
      await closed;
    });

    it('ends at the limit where no size was announced, and with it the connection', async () => {
      const closed = new Promise<void>((resolve) => {
        service.answer = (response) => {
          response.socket?.once('close', () => resolve());
          response.write(DOCUMENT);
        };
      });
      const { content } = await service.api.portal.downloadPades(padesUrl, {
        maxBytes: DOCUMENT.length - 1,
      });
      await assert.rejects(buffer(content), tooLarge);
      await closed;
    });

    it('has to be a whole number from 1', async () => {
      await assert.rejects(service.api.portal.downloadPades(padesUrl, { maxBytes: 0 }), {
        code: 'INVALID_REQUEST',
      });
    });
  });

  it('ends with the reason of its signal', async () => {
    const abort = new AbortController();
    const reason = new Error('the worker shuts down');
    service.answer = (response) => response.writeHead(200).write(DOCUMENT);
    const { content } = await service.api.portal.downloadPades(padesUrl, { signal: abort.signal });
    await once(content, 'readable');
    abort.abort(reason);
    await assert.rejects(buffer(content), reason);
  });
});
