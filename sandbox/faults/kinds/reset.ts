import { defineFault } from '../fault-kind.js';
import { tookEffect, WHEN } from '../fault-moment.js';

/** The connection is reset, and nobody is told whether the call took effect. */
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
