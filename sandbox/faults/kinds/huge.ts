import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';

const MAX_BYTES = 1024 ** 4;
const GIBIBYTE = 1024 ** 3;
const BLANKS = Buffer.alloc(64 * 1024, ' ');

/** Appends blanks to the response while sending it; the XML stays valid. */
export const huge = defineFault({
  name: 'huge',
  purpose: 'blanks extend the response to this many bytes',
  settings: {
    bytes: z.number().int().min(1).max(MAX_BYTES).default(GIBIBYTE),
    /** Whether `Content-Length` is sent. */
    announced: z.boolean().default(true),
  },
  effect: ({ bytes, announced }) =>
    faultOfContent((content) => ({
      delivery: {
        appendix: blanks(Math.max(0, bytes - content.length)),
        ...(announced ? { announcedBytes: Math.max(bytes, content.length) } : { isChunked: true }),
      },
    })),
});

function blanks(size: number): () => Iterable<Uint8Array> {
  return function* () {
    for (let left = size; left > 0; left -= BLANKS.length) {
      yield left < BLANKS.length ? BLANKS.subarray(0, left) : BLANKS;
    }
  };
}
