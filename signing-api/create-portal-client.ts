import type { Readable } from 'node:stream';
import { readPortalSignatureJobResponse, readPortalStatusChange } from '../schema/xml/index.js';
import { createSignatureJob } from './create-signature-job.js';
import { beginDownload } from './download.js';
import type { HttpExchange } from './http-exchange.js';
import { nextPollInMs } from './next-poll.js';
import type { ApiOperation } from './operation.js';
import type { CallOptions } from './calls.js';
import type { PortalClient } from './portal-client.js';
import { readXmlAnswer } from './xml-answer.js';
import { urlFromService, urlOfSender } from './service-url.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';

/** How long to leave an empty queue alone when the service does not say: its own wait in production. */
const EMPTY_QUEUE_WAIT_MS = 600_000;

/** The PAdES is no XML, but an error is. */
const PADES_ACCEPT = 'application/octet-stream, application/xml';

/** The portal flow over HTTP. */
export function createPortalClient(exchange: HttpExchange, options: ResolvedSigningApiOptions): PortalClient {
  const { apiUrl, certificate, timeouts } = options;
  const timeoutMs = timeouts.answerTimeoutMs;

  /** A call of which only its success matters. */
  const settle = async (
    operation: ApiOperation,
    method: 'POST' | 'DELETE',
    url: string,
    { signal }: CallOptions = {},
  ): Promise<void> => {
    const { body } = await exchange.send({ operation, method, url: urlFromService(operation, url), signal });
    discard(body);
  };

  return {
    createSignatureJob: async (job, { signal } = {}) =>
      createSignatureJob({
        job,
        exchange,
        certificate,
        url: urlOfSender(apiUrl, job.manifest.sender.organizationNumber, 'portal', 'signature-jobs'),
        readAnswer: (answer) =>
          readXmlAnswer({
            operation: 'create',
            answer,
            timeoutMs,
            signal,
            read: readPortalSignatureJobResponse,
          }),
        signal,
      }),

    fetchStatusChange: async ({ organizationNumber, pollingQueue = '' }, { signal } = {}) => {
      const operation = 'fetchStatusChange';
      const url = urlOfSender(apiUrl, organizationNumber, 'portal', 'signature-jobs');
      if (pollingQueue !== '') url.search = `polling_queue=${encodeURIComponent(pollingQueue)}`;
      const answer = await exchange.send({ operation, method: 'GET', url, signal });
      const nextPoll = nextPollInMs(answer.headers);
      if (answer.status === 204) {
        discard(answer.body);
        return { kind: 'EMPTY', nextPollInMs: nextPoll ?? EMPTY_QUEUE_WAIT_MS };
      }
      const read = readPortalStatusChange;
      const change = await readXmlAnswer({ operation, answer, timeoutMs, signal, read });
      // There may be more: after a status change the service lets one poll at once.
      return { kind: 'STATUS_CHANGE', change, nextPollInMs: nextPoll ?? 0 };
    },

    confirmStatusChange: (url, callOptions) => settle('confirm', 'POST', url, callOptions),
    cancelSignatureJob: (url, callOptions) => settle('cancel', 'POST', url, callOptions),
    deleteDocuments: (url, callOptions) => settle('deleteDocuments', 'DELETE', url, callOptions),

    downloadPades: async (url, { signal } = {}) => {
      const operation = 'pades';
      const from = urlFromService(operation, url);
      return beginDownload(exchange, { operation, method: 'GET', url: from, accept: PADES_ACCEPT, signal });
    },
    downloadXades: async (url, { signal } = {}) => {
      const operation = 'xades';
      return beginDownload(exchange, {
        operation,
        method: 'GET',
        url: urlFromService(operation, url),
        signal,
      });
    },
  };
}

/** Whatever stands in it, and however it ends: the status has said everything. */
function discard(body: Readable): void {
  body.once('error', () => undefined).resume();
}
