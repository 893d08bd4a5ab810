import { Readable } from 'node:stream';
import { InvalidInputError } from '@signering/schema';
import type { Download } from '../calls.js';
import { IncompleteDownloadError, SignedDocumentTooLargeError } from '../errors.js';
import type { ApiAnswer, ApiCall, HttpExchange } from '../connection/http-exchange.js';
import type { ResolvedTimeouts } from '../signing-api-options.js';

/** How one download is bounded. */
export interface DownloadLimits extends Pick<ResolvedTimeouts, 'downloadTimeoutMs'> {
  /** The largest content that is accepted, in bytes. @default no limit */
  readonly maxBytes?: number | undefined;
}

/**
 * Begins a download. The content is a stream that must be read to its end or destroyed.
 * @throws as HttpExchange.send, and SIGNED_DOCUMENT_TOO_LARGE when the announced size exceeds the limit; the content
 *   fails with INCOMPLETE_DOWNLOAD or SIGNED_DOCUMENT_TOO_LARGE
 */
export async function beginDownload(
  exchange: HttpExchange,
  call: ApiCall,
  { downloadTimeoutMs, maxBytes = Infinity }: DownloadLimits,
): Promise<Download> {
  if (maxBytes !== Infinity && !(Number.isSafeInteger(maxBytes) && maxBytes >= 1)) {
    throw new InvalidInputError('INVALID_REQUEST', 'The document cannot be fetched', [
      { path: 'maxBytes', message: 'must be a whole number of bytes from 1' },
    ]);
  }
  const answer = await exchange.send(call);
  const size = announcedSize(answer);
  if (size !== undefined && size > maxBytes) {
    answer.body.destroy();
    throw tooLarge(call, answer, maxBytes);
  }
  // The timeout also ends a download that continues one byte at a time.
  const timer = setTimeout(() => {
    answer.body.destroy(new Error(`the download was not complete within ${downloadTimeoutMs} ms`));
  }, downloadTimeoutMs).unref();
  const content = Readable.from(wholeContent(call, answer, { size, maxBytes }), { objectMode: false });
  // Destroying a stream before it was read never starts the generator, so the connection must be ended here.
  content.once('close', () => {
    clearTimeout(timer);
    answer.body.destroy();
  });
  // The content may fail after its reader has gone. A reader still gets the error: this only keeps it from being
  // uncaught.
  content.on('error', () => undefined);
  return { content, ...(size !== undefined && { size }) };
}

async function* wholeContent(
  call: ApiCall,
  answer: ApiAnswer,
  { size, maxBytes }: { readonly size: number | undefined; readonly maxBytes: number },
): AsyncGenerator<Uint8Array> {
  const { operation, signal } = call;
  const { status: httpStatus, body } = answer;
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      // Leaving the loop destroys the body, and with it the connection.
      if (bytes > maxBytes) break;
      yield chunk;
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new IncompleteDownloadError({ operation, httpStatus, cause });
  }
  if (bytes > maxBytes) throw tooLarge(call, answer, maxBytes);
  if (size !== undefined && bytes !== size) throw new IncompleteDownloadError({ operation, httpStatus });
}

function tooLarge({ operation }: ApiCall, { status: httpStatus }: ApiAnswer, limitBytes: number) {
  return new SignedDocumentTooLargeError({ operation, httpStatus, limitBytes });
}

function announcedSize({ headers }: ApiAnswer): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^[0-9]{1,15}$/u.test(length) ? Number(length) : undefined;
}
