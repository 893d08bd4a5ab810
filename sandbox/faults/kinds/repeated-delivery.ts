import { comeAgain } from '../../jobs/status-queue.js';
import { defineFault } from '../fault-kind.js';
import { tookEffect } from '../fault-moment.js';

/** A status change that was handed out is in the queue again at once, also when it is confirmed before the next poll. */
export const repeatedDelivery = defineFault({
  name: 'repeatedDelivery',
  operations: ['fetchStatusChange'],
  purpose: 'the status change is handed out again by the next poll',
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
