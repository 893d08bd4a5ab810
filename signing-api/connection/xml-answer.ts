import { UnreadableXmlError } from '@signering/schema/xml';
import { BodyTooLongError, readBoundedBody } from './bounded-body.js';
import type { ApiAnswer, HttpExchange } from './http-exchange.js';
import type { ApiOperation } from '../operation.js';
import { errorFromFailure, errorFromUnreadableAnswer } from './response-errors.js';

/** The longest message the service can have reason to send is a twentieth of it. */
const MAX_ANSWER_BYTES = 262_144;

/** A success whose body is a message. */
export interface XmlAnswerOptions<Message> {
  readonly operation: ApiOperation;
  readonly exchange: HttpExchange;
  readonly answer: ApiAnswer;
  /** Until the message is complete, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly read: (xml: Uint8Array) => Message;
}

/**
 * Reads the message that a success brings.
 * @throws UNREADABLE_RESPONSE when it is none; SERVICE_UNAVAILABLE when it breaks off; for a create both are
 *   CREATE_OUTCOME_UNKNOWN
 */
export async function readXmlAnswer<Message>(options: XmlAnswerOptions<Message>): Promise<Message> {
  const { operation, exchange, answer, timeoutMs, signal, read } = options;
  try {
    const body = await readBoundedBody(answer.body, { maxBytes: MAX_ANSWER_BYTES, timeoutMs });
    exchange.logAnswerBody(operation, body);
    return read(body);
  } catch (failure) {
    if (failure instanceof UnreadableXmlError || failure instanceof BodyTooLongError) {
      throw errorFromUnreadableAnswer(operation, answer.status, failure);
    }
    if (signal?.aborted && operation !== 'create') throw signal.reason;
    throw errorFromFailure({ operation, failure, handedOver: true });
  }
}
