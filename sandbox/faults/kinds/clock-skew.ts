import { z } from 'zod';
import { NEXT_POLL_HEADER } from '../../api/poll-times.js';
import { readTime, writeTime } from '../../time-format.js';
import { defineFault } from '../fault-kind.js';

/** The service's clock differs from the caller's, and so does every time in its headers. */
export const clockSkew = defineFault({
  name: 'clockSkew',
  purpose: 'Date and X-Next-permitted-poll-time are this many seconds ahead, or (below 0) behind',
  settings: { skewSeconds: z.number().int().min(-1e9).max(1e9) },
  effect: ({ skewSeconds }) => ({
    when: 'after',
    // Error responses and empty queues contain times too.
    fits: () => true,
    happen: (answer) => {
      const nextPoll = answer.headers[NEXT_POLL_HEADER];
      const skewed =
        nextPoll === undefined
          ? {}
          : { [NEXT_POLL_HEADER]: writeTime(new Date(readTime(nextPoll).getTime() + skewSeconds * 1000), 0) };
      return Promise.resolve({
        ...answer,
        headers: { ...answer.headers, ...skewed },
        delivery: { ...answer.delivery, dateOffsetMs: skewSeconds * 1000 },
      });
    },
  }),
});
