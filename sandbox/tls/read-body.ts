import type { IncomingMessage } from 'node:http';

/** More than ten megabytes of documents with their ZIP and messages. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/**
 * Reads a request to its end, so that its client can read the response, and keeps it up to a limit.
 * @returns undefined if it was longer; rejects if the client closes the connection first
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}
