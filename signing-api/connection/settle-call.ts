import type { Readable } from 'node:stream';
import type { CallOptions } from '../calls.js';
import type { HttpExchange } from './http-exchange.js';
import type { ApiOperation } from '../operation.js';
import { urlFromService } from '../service-url.js';

/** A call whose answer has no content of interest. */
export interface SettlingCall extends CallOptions {
  readonly operation: ApiOperation;
  readonly method: 'POST' | 'DELETE';
  /** As the service gave it. */
  readonly url: string;
}

/** @throws as HttpExchange.send; UNREADABLE_RESPONSE when the URL cannot be used */
export async function settleCall(exchange: HttpExchange, call: SettlingCall): Promise<void> {
  const { operation, url } = call;
  const { body } = await exchange.send({ ...call, url: urlFromService(operation, url) });
  discard(body);
}

/** What is read to keep a connection usable, in bytes; beyond it a new connection costs less. */
const MOST_DISCARDED = 65_536;

/** Reads and drops a body of which only the status matters. */
export function discard(body: Readable): void {
  let bytes = 0;
  body
    .once('error', () => undefined)
    .on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > MOST_DISCARDED) body.destroy();
    });
}
