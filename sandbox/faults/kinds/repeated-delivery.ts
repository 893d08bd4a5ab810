import { comeAgain } from '../../jobs/status-queue.js';
import { defineFault } from '../fault-kind.js';
import { tookEffect } from '../fault-moment.js';

/** A delivered status change returns to the queue immediately, even if it is confirmed before the next poll. */
export const repeatedDelivery = defineFault({
  name: 'repeatedDelivery',
  operations: ['fetchStatusChange'],
  purpose: 'the next poll delivers the status change again',
  settings: {},
  effect: () => ({
    when: 'after',
    fits: tookEffect,
    happen: async (answer, { parts }) => {
      if (answer.jobId !== undefined) await parts.jobs.update(answer.jobId, comeAgain);
      return answer;
    },
  }),
});
