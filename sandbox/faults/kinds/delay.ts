import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineFault } from '../fault-kind.js';
import { tookEffect, WHEN } from '../fault-moment.js';

const MAX_DELAY_SECONDS = 600;

/** Delays a call before its effect or before its response, in real time. */
export const delay = defineFault({
  name: 'delay',
  purpose: 'delays the call, or its response, by this many seconds',
  settings: { delaySeconds: z.number().min(0.001).max(MAX_DELAY_SECONDS), when: WHEN },
  effect: ({ delaySeconds, when }) =>
    when === 'before'
      ? {
          when,
          happen: async ({ parts }) => {
            await wait(delaySeconds * 1000, undefined, { signal: parts.ending }).catch(() => undefined);
            return undefined;
          },
        }
      : {
          when,
          fits: tookEffect,
          happen: async (answer, { parts }) => {
            await wait(delaySeconds * 1000, undefined, { signal: parts.ending }).catch(() => undefined);
            return answer;
          },
        },
});
