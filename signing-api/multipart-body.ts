import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { RequestBody } from './request-body.js';

/** Two parts without names: the job request, and the document package, streamed. */
export function createMultipartBody(request: string, documentPackage: Readable): RequestBody {
  const boundary = randomUUID();
  let handedOver = false;
  let failure: unknown;

  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(
      `--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n` +
        `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    );
    try {
      yield* documentPackage as AsyncIterable<Uint8Array>;
    } catch (error) {
      failure = error;
      throw error;
    }
    handedOver = true;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }

  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    message: request,
    content: content(),
    isHandedOver: () => handedOver,
    contentFailure: () => failure,
    discard: () => documentPackage.destroy(),
  };
}
