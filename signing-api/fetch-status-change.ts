import type { CallOptions, PollingQueue, QueueAnswer } from './calls.js';
import type { HttpExchange } from './http-exchange.js';
import { nextPollInMs } from './next-poll.js';
import { urlOfSender } from './service-url.js';
import { discard } from './settle-call.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { readXmlAnswer } from './xml-answer.js';

/** How long to leave an empty queue alone when the service does not say: its own wait in production. */
const EMPTY_QUEUE_WAIT_MS = 600_000;

/** What it takes to poll. Each flow has queues of its own. */
export interface FetchStatusChangeOptions<Change> {
  readonly flow: 'portal' | 'direct';
  readonly queue: PollingQueue;
  readonly exchange: HttpExchange;
  readonly options: ResolvedSigningApiOptions;
  readonly read: (xml: Uint8Array) => Change;
  readonly callOptions: CallOptions | undefined;
}

/**
 * Polls a queue once.
 * @throws POLLED_TOO_EARLY, RATE_LIMITED (both retryable, with `retryAfterMs`)
 */
export async function fetchStatusChange<Change>({
  flow,
  queue: { organizationNumber, pollingQueue = '' },
  exchange,
  options: { apiUrl, timeouts },
  read,
  callOptions = {},
}: FetchStatusChangeOptions<Change>): Promise<QueueAnswer<Change>> {
  const operation = 'fetchStatusChange';
  const url = urlOfSender(apiUrl, organizationNumber, flow, 'signature-jobs');
  if (pollingQueue !== '') url.search = `polling_queue=${encodeURIComponent(pollingQueue)}`;
  const answer = await exchange.send({ operation, method: 'GET', url, ...callOptions });
  const nextPoll = nextPollInMs(answer.headers);
  if (answer.status === 204) {
    discard(answer.body);
    return { kind: 'EMPTY', nextPollInMs: nextPoll ?? EMPTY_QUEUE_WAIT_MS };
  }
  const { signal } = callOptions;
  const timeoutMs = timeouts.answerTimeoutMs;
  const change = await readXmlAnswer({ operation, exchange, answer, timeoutMs, signal, read });
  // There may be more: after a status change the service lets one poll at once.
  return { kind: 'STATUS_CHANGE', change, nextPollInMs: nextPoll ?? 0 };
}
