import { SIGNING_ORGANIZATION, WORKFLOW_TYPES } from '@signering/contract';
import type { Check } from '../check.js';
import type { Examination } from '../examination.js';
import { failed, passed } from '../finding.js';
import { recentPollers } from '../recent-pollers.js';
import { noTemporal } from '../temporal-refusal.js';

const SIGNINGS = [WORKFLOW_TYPES.portalSigning, WORKFLOW_TYPES.directSigning];

/** Task queues that the check looks for; each is found by a query that leaves out those before it. */
const MOST_QUEUES = 10;

/** No open job of the organisation is on another task queue that no worker polls, for example after its setting changed. */
export const taskQueuesCheck: Check = {
  name: 'taskQueues',
  title: 'Task queues',
  neededBy: ['client', 'worker'],
  after: ['searchAttributes'],
  run: async (examination) => {
    const taskQueue = examination.setting('SIGNERING_TASK_QUEUE');
    try {
      const [, ...others] = await openTaskQueues(examination);
      const stranded: string[] = [];
      for (const other of others) {
        const workers = await recentPollers(examination, { taskQueue: other, work: 'workflows' });
        if (workers.length === 0) stranded.push(other);
      }
      if (stranded.length > 0) return failed(...stranded.map(noWorkerFor));
      const moved = others.length === 0 ? '' : `, apart from ${others.join(', ')}, which a worker polls`;
      return passed(`open jobs are on "${taskQueue}"${moved}`);
    } catch (error) {
      return failed(noTemporal(examination.temporalSettings().connection.address, error));
    }
  },
};

function noWorkerFor(taskQueue: string) {
  return {
    what: `Open jobs of this organisation are on the task queue "${taskQueue}", which no worker polls: they wait.`,
    nextStep:
      `Keep a worker with SIGNERING_TASK_QUEUE=${taskQueue} until they have ended, or use this task queue ` +
      'for clients and workers again.',
    mender: 'SETTINGS' as const,
  };
}

/** The task queue of the settings, and up to nine others that open jobs of the organisation are on. @throws the error of Temporal's SDK */
export async function openTaskQueues(examination: Examination): Promise<readonly string[]> {
  const { namespace } = examination.temporalSettings();
  const organization = examination.setting('SIGNERING_ORGANIZATION');
  const known = [examination.setting('SIGNERING_TASK_QUEUE')];
  while (known.length <= MOST_QUEUES) {
    const query = [
      `WorkflowType IN (${SIGNINGS.map((type) => `'${type}'`).join(', ')})`,
      `${SIGNING_ORGANIZATION.name} = '${organization}'`,
      'CloseTime IS NULL',
      ...known.map((queue) => `TaskQueue != '${queue}'`),
    ].join(' AND ');
    const { executions } = await examination.temporal(({ workflowService }) =>
      workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 }),
    );
    const found = executions[0]?.taskQueue;
    // Each query leaves out the queues before it: a name with a quote would break the next one.
    if (!found || known.includes(found) || found.includes("'")) break;
    known.push(found);
  }
  return known;
}
