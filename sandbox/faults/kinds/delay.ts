import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineFault } from '../fault-kind.js';
import { tookEffect, WHEN } from '../fault-moment.js';

const MAX_DELAY_MS = 600_000;

/** Delays a call before its effect or before its response, in real time. */
export const delay = defineFault({
  name: 'delay',
  purpose: 'delays the call, or its response, by this many milliseconds',
  settings: { milliseconds: z.number().int().min(1).max(MAX_DELAY_MS), when: WHEN },
  effect: ({ milliseconds, when }) =>
    when === 'before'
      ? {
          when,
          happen: async ({ parts }) => {
            await wait(milliseconds, undefined, { signal: parts.ending }).catch(() => undefined);
            return undefined;
          },
        }
      : {
          when,
          fits: tookEffect,
          happen: async (answer, { parts }) => {
            await wait(milliseconds, undefined, { signal: parts.ending }).catch(() => undefined);
            return answer;
          },
        },
});
