import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { PadesUrl } from '@signering/schema';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { jobUrl, startTestService, type TestService } from '../test-service.js';
import { startThrottledProxy, type ThrottledProxy } from '../throttled-proxy.js';

/** More than all buffers between client and server hold together. */
const MORE_THAN_BUFFERS = 8_000_000;
const ABANDONED = new Error('the worker shuts down');

type Call = (service: TestService, signal: AbortSignal) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
  'a create': ({ api }, signal) =>
    api.portal.createSignatureJob(newPortalJob({ bytes: MORE_THAN_BUFFERS }), { signal }),
  'a poll': ({ api }, signal) =>
    api.portal.fetchStatusChange({ organizationNumber: SENDER_ORGANIZATION }, { signal }),
  'a download': async ({ api, root }, signal) => {
    const { content } = await api.portal.downloadPades(jobUrl(root, 'pades') as PadesUrl, { signal });
    return buffer(content);
  },
  'a download that is not read': async ({ api, root }, signal) => {
    const { content } = await api.portal.downloadPades(jobUrl(root, 'pades') as PadesUrl, { signal });
    await new Promise((resolve) => content.once('close', resolve));
    throw ABANDONED;
  },
};

const ENDS: Readonly<Record<string, (service: TestService, abort: AbortController) => unknown>> = {
  'its signal aborts': (_, abort) => {
    abort.abort(ABANDONED);
  },
  'the API is closed': ({ api }) => api.close(),
};

/** Lets something happen at a moment of the call. */
type Moment = (service: TestService, end: () => void) => void;

const MOMENTS: Readonly<Record<string, Moment>> = {
  'before a connection is made': (_, end) => {
    setImmediate(end);
  },
  'when the head of the request has arrived': (service, end) => {
    service.intercept = (request: IncomingMessage) => {
      request.on('error', () => undefined);
      end();
      return true;
    };
  },
  'when the answer has begun': (service, end) => {
    service.answer = (response) => response.write('<', end);
  },
  'when an announced answer has arrived in part': (service, end) => {
    service.answer = (response) => response.writeHead(200, { 'content-length': 1000 }).write('%PDF', end);
  },
};

describe('a call that is abandoned', () => {
  let proxy: ThrottledProxy;
  before(async () => {
    proxy = await startThrottledProxy(1_000_000_000);
  });
  after(() => proxy.stop());

  for (const throughProxy of [false, true]) {
    it(`fails, and leaves no error without a listener, ${throughProxy ? 'through a proxy' : 'directly'}`, async () => {
      await Promise.all(
        Object.entries(CALLS).flatMap(([call, run]) =>
          Object.entries(ENDS).flatMap(([how, end]) =>
            Object.entries(MOMENTS).map(async ([when, at]) => {
              const service = await startTestService({
                api: {
                  ...(throughProxy && { proxy: proxy.url }),
                  timeouts: { downloadTimeoutMs: 2000, answerTimeoutMs: 2000 },
                },
              });
              const abort = new AbortController();
              at(service, () => void end(service, abort));
              await assert.rejects(run(service, abort.signal), `${call}, ${how} ${when}`);
              await service.stop();
            }),
          ),
        ),
      );
    });
  }
});
