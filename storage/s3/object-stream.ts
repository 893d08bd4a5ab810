import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { atStore } from './s3-error.js';

/** Broken connections in succession without a byte in between. */
const MOST_FAILURES = 3;

/** The argument of {@link streamObject}. */
export interface ObjectStreamOptions {
  /** The answer to the request for the whole object. */
  readonly answer: GetObjectCommandOutput;
  /** Requests the same object from this byte on. */
  readonly resume: (from: number) => Promise<GetObjectCommandOutput>;
  readonly attempt: string;
}

/**
 * Reads an object, and continues where it was when the connection breaks. A pause of the reader also breaks it, because
 * the connection is then idle. Errors of the stream are STORAGE_UNAVAILABLE (retryable).
 */
export function streamObject({ answer, resume, attempt }: ObjectStreamOptions): Readable {
  let body = answer.Body as Readable;
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    let iterator = iteratorOf(body);
    let at = 0;
    for (let failures = 0; ;) {
      let next: IteratorResult<Uint8Array, unknown>;
      try {
        next = await iterator.next();
      } catch (error) {
        if (isDestroyed() || at === answer.ContentLength) return;
        failures += 1;
        if (failures > MOST_FAILURES) return atStore(attempt, () => Promise.reject(error as Error));
        body = (await atStore(attempt, () => resume(at))).Body as Readable;
        iterator = iteratorOf(body);
        // It did not destroy this body, which came later.
        if (isDestroyed()) body.destroy();
        continue;
      }
      if (next.done === true) return;
      failures = 0;
      at += next.value.byteLength;
      yield next.value;
    }
  }
  const source = chunks();
  // Not Readable.from, which keeps the connection when it is destroyed before it is read.
  const stream = new Readable({
    read() {
      source.next().then(
        ({ done, value }) => stream.push(done === true ? null : value),
        (error: unknown) => stream.destroy(error as Error),
      );
    },
    destroy(error, done) {
      body.destroy();
      done(error);
    },
  });
  const isDestroyed = () => stream.destroyed;
  return stream;
}

function iteratorOf(body: Readable): AsyncIterator<Uint8Array, unknown> {
  return body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, unknown>;
}
