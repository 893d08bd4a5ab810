import { defineFault } from '../fault-kind.js';
import { tookEffect, WHEN } from '../fault-moment.js';

/** Resets the connection: the client does not know whether the call took effect. */
export const reset = defineFault({
  name: 'reset',
  purpose: 'the connection is reset before the call takes effect, or after',
  settings: { when: WHEN },
  effect: ({ when }) =>
    when === 'before'
      ? {
          when,
          happen: () => Promise.resolve({ status: 503, headers: {}, delivery: { isReset: true } }),
        }
      : {
          when,
          fits: tookEffect,
          happen: (answer) => Promise.resolve({ ...answer, delivery: { isReset: true } }),
        },
});
