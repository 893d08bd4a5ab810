import { Readable } from 'node:stream';
import type { Download } from './calls.js';
import { IncompleteDownloadError } from './errors/incomplete-download-error.js';
import type { ApiAnswer, ApiCall, HttpExchange } from './http-exchange.js';
import type { Timeouts } from './signing-api-options.js';

/**
 * Begins a download. The content is a stream that must be read to its end or destroyed.
 * @throws as HttpExchange.send; the content fails with INCOMPLETE_DOWNLOAD
 */
export async function beginDownload(
  exchange: HttpExchange,
  call: ApiCall,
  { downloadTimeoutMs }: Pick<Required<Timeouts>, 'downloadTimeoutMs'>,
): Promise<Download> {
  const answer = await exchange.send(call);
  // Also for one that goes on for ever, a byte at a time.
  const timer = setTimeout(() => {
    answer.body.destroy(new Error(`the download was not complete within ${downloadTimeoutMs} ms`));
  }, downloadTimeoutMs).unref();
  const size = announcedSize(answer);
  const content = Readable.from(wholeContent(call, answer, size), { objectMode: false });
  // A stream that is destroyed before it was read never starts the generator, so it must end the connection itself.
  content.once('close', () => {
    clearTimeout(timer);
    answer.body.destroy();
  });
  return { content, ...(size !== undefined && { size }) };
}

async function* wholeContent(
  { operation, signal }: ApiCall,
  { status, body }: ApiAnswer,
  size: number | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new IncompleteDownloadError({ operation, httpStatus: status, cause });
  }
  if (size !== undefined && bytes !== size)
    throw new IncompleteDownloadError({ operation, httpStatus: status });
}

function announcedSize({ headers }: ApiAnswer): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^[0-9]{1,15}$/u.test(length) ? Number(length) : undefined;
}
