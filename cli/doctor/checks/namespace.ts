import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';
import { noTemporal, temporalRefusal } from '../temporal-refusal.js';

const DAY_SECONDS = 24 * 60 * 60;

/** Temporal knows the namespace. */
export const namespaceCheck: Check = {
  name: 'namespace',
  title: 'Namespace',
  neededBy: ['client', 'worker'],
  after: ['temporal'],
  run: async (examination) => {
    const { namespace, connection } = examination.temporalSettings();
    try {
      const { config } = await examination.temporal(({ workflowService }) =>
        workflowService.describeNamespace({ namespace }),
      );
      const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
      const kept =
        days === 0 ? '' : `: keeps ended workflows for ${days === 1 ? 'a day' : `${Math.round(days)} days`}`;
      return passed(`${namespace}${kept}`);
    } catch (error) {
      if (temporalRefusal(error) !== 'NOT_FOUND') return failed(noTemporal(connection.address, error));
      return failed({
        what: `Temporal does not know the namespace "${namespace}".`,
        nextStep: `Correct TEMPORAL_NAMESPACE, or register it: temporal operator namespace create --namespace ${namespace} --retention 30d`,
        mender: 'SETTINGS',
      });
    }
  },
};
