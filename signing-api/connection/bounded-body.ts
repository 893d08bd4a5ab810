import type { Readable } from 'node:stream';

/** How much of an answer is read, and for how long. */
export interface BoundedBodyOptions {
  readonly maxBytes: number;
  /** From now to the last byte, in milliseconds. */
  readonly timeoutMs: number;
}

/** Thrown when an answer is longer than any honest one. */
export class BodyTooLongError extends Error {
  constructor(maxBytes: number) {
    super(`the answer is longer than ${maxBytes} bytes`);
    this.name = 'BodyTooLongError';
  }
}

/**
 * The whole body in memory.
 * @throws BodyTooLongError, or what ended the connection
 */
export async function readBoundedBody(
  body: Readable,
  { maxBytes, timeoutMs }: BoundedBodyOptions,
): Promise<Buffer> {
  const timer = setTimeout(() => {
    body.destroy(new Error(`the answer was not complete within ${timeoutMs} ms`));
  }, timeoutMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      // Leaving the loop destroys the body, and with it the connection.
      if (bytes > maxBytes) throw new BodyTooLongError(maxBytes);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}
