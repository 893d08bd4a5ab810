import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ApiAnswer } from '../api/api-call.js';

/** The destination of a response. */
export interface AnswerChannel {
  readonly response: ServerResponse;
  /** The sandbox's time. */
  readonly now: Date;
  /** Resets the connection, which the client notices immediately. */
  readonly reset: () => void;
}

/** Sends an answer with its faults. Resolves also when the client closes the connection. */
export async function sendAnswer(answer: ApiAnswer, { response, now, reset }: AnswerChannel): Promise<void> {
  const { body, delivery = {} } = answer;
  if (delivery.isReset === true) {
    reset();
    return;
  }
  response.sendDate = false;
  const length = delivery.announcedBytes ?? body?.length ?? 0;
  const hasLength = answer.status !== 204 && delivery.isChunked !== true;
  response.writeHead(answer.status, {
    ...answer.headers,
    date: new Date(now.getTime() + (delivery.dateOffsetMs ?? 0)).toUTCString(),
    ...(hasLength ? { 'content-length': String(length) } : {}),
  });
  if (delivery.appendix !== undefined) {
    await sendThrough(response, withAppendix(body, delivery.appendix));
    return;
  }
  const cut = delivery.cutAfterBytes ?? (length > (body?.length ?? 0) ? body?.length : undefined);
  if (cut === undefined) response.end(body);
  else response.write(body?.subarray(0, cut) ?? '', () => response.destroy());
}

function* withAppendix(body: Buffer | undefined, appendix: () => Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (body !== undefined) yield body;
  yield* appendix();
}

async function sendThrough(response: ServerResponse, content: Iterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(content, { objectMode: false, highWaterMark: 64 * 1024 }), response);
  } catch (error) {
    // The client may stop reading before the end.
    if (!response.destroyed) throw error;
  }
}
