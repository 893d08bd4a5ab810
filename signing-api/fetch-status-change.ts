import type { CallOptions, PollingQueue, QueueAnswer } from './calls.js';
import { UnreadableResponseError } from './errors.js';
import type { HttpExchange } from './connection/http-exchange.js';
import { urlOfSender } from './service-url.js';
import { discard } from './connection/settle-call.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { readXmlAnswer } from './connection/xml-answer.js';

/** Wait before polling an empty queue again if the service names none; the production service uses it too. */
const EMPTY_QUEUE_WAIT_MS = 600_000;

/** Arguments of a poll. Each flow has its own queues. */
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
 * @throws POLLED_TOO_EARLY, RATE_LIMITED (both retryable, with `retryAfterMs`), UNREADABLE_RESPONSE: a change has left
 *   the queue and cannot be read; the facts name its job where the answer shows it
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
  if (answer.status === 204) {
    discard(answer.body);
    return { kind: 'EMPTY', nextPollInMs: answer.nextPollInMs ?? EMPTY_QUEUE_WAIT_MS };
  }
  const { signal } = callOptions;
  const timeoutMs = timeouts.answerTimeoutMs;
  // There may be more: after a status change the service lets one poll at once.
  const { nextPollInMs = 0 } = answer;
  let xml: Uint8Array | undefined;
  const keepAndRead = (body: Uint8Array) => read((xml = body));
  try {
    const change = await readXmlAnswer({ operation, exchange, answer, timeoutMs, signal, read: keepAndRead });
    return { kind: 'STATUS_CHANGE', change, nextPollInMs };
  } catch (error) {
    if (!(error instanceof UnreadableResponseError)) throw error;
    const signatureJobId = xml && jobIdIn(xml);
    throw new UnreadableResponseError({
      ...error.facts,
      operation,
      cause: error.cause,
      ...(signatureJobId !== undefined && { signatureJobId }),
      ...(nextPollInMs > 0 && { retryAfterMs: nextPollInMs }),
    });
  }
}

/** Finds the job id in a message that cannot be read as a whole. */
function jobIdIn(xml: Uint8Array): string | undefined {
  return /<(?:[\w-]+:)?signature-job-id>\s*(\d{1,18})\s*</u.exec(new TextDecoder().decode(xml))?.[1];
}
