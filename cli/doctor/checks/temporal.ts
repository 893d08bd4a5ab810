import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';
import { noTemporal } from '../temporal-refusal.js';

/** Temporal responds. */
export const temporalCheck: Check = {
  name: 'temporal',
  title: 'Temporal',
  neededBy: ['client', 'worker'],
  after: [],
  run: async (examination) => {
    const { address } = examination.temporalSettings().connection;
    try {
      const { serverVersion } = await examination.temporal(({ workflowService }) =>
        workflowService.getSystemInfo({}),
      );
      return passed(`${address} answers${serverVersion === '' ? '' : `, server ${serverVersion}`}`);
    } catch (error) {
      return failed(noTemporal(address, error));
    }
  },
};
