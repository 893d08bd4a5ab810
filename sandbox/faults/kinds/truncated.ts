import { z } from 'zod';
import { faultOfContent } from '../answer-fault.js';
import { defineFault } from '../fault-kind.js';
import { DOWNLOAD_OPERATIONS, MESSAGE_OPERATIONS } from '../fault-moment.js';

/** The response is cut off: the connection is closed, or the response looks complete. */
export const truncated = defineFault({
  name: 'truncated',
  operations: [...DOWNLOAD_OPERATIONS, ...MESSAGE_OPERATIONS],
  purpose: 'the response ends after this many bytes, by closing the connection or as if it were complete',
  settings: {
    /** @default half of it */
    afterBytes: z.number().int().nonnegative().optional(),
    ending: z.enum(['lostConnection', 'asIfComplete']).default('lostConnection'),
  },
  effect: ({ afterBytes, ending }) =>
    faultOfContent((content) => {
      const bytes = afterBytes ?? Math.floor(content.length / 2);
      return ending === 'asIfComplete'
        ? { body: content.subarray(0, bytes) }
        : { delivery: { cutAfterBytes: bytes } };
    }),
});
