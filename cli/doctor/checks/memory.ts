import { memoryLimits, workflowCacheFor } from '@signering/settings';
import type { Check } from '../check.js';
import { passed } from '../finding.js';

const MIB = 2 ** 20;

/** Reports how many workflows a worker here would cache. Always passes: any number is correct. */
export const memoryCheck: Check = {
  name: 'memory',
  title: 'Memory',
  neededBy: ['worker'],
  after: [],
  run: (examination) => {
    const limits = memoryLimits();
    const fitting = workflowCacheFor(limits);
    const cached = examination.optionalSetting('SIGNERING_CACHED_WORKFLOWS') ?? fitting;
    const memory = `${Math.floor(limits.resident / MIB)} MiB`;
    const warnings =
      cached > fitting
        ? [
            `SIGNERING_CACHED_WORKFLOWS is ${cached}; without it the worker would cache ${fitting}, which keeps it below ` +
              `512 MB and fits into ${memory}. Each further one takes up to 0.4 MiB.`,
          ]
        : [];
    return Promise.resolve(passed(`a worker with ${memory} caches ${cached} workflows`, warnings));
  },
};
