import proto from '@temporalio/proto';
import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';
import { noTemporal, temporalRefusal } from '../temporal-refusal.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;

const PURPOSE =
  'Fairness divides shared workers among many organisations; a single organisation does not need it. ' +
  "Workers keep the service's rate limit with or without it.";

/** Reports the task queue's fairness settings. Always passes: a server without fairness works too. */
export const fairnessCheck: Check = {
  name: 'fairness',
  title: 'Fairness',
  neededBy: ['client', 'worker'],
  after: ['namespace'],
  run: async (examination) => {
    const { namespace, connection } = examination.temporalSettings();
    const taskQueue = examination.setting('SIGNERING_TASK_QUEUE');
    try {
      const { config } = await examination.temporal(({ workflowService }) =>
        workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
          reportConfig: true,
        }),
      );
      const eachKey = config?.fairnessKeysRateLimitDefault?.rateLimit?.requestsPerSecond ?? undefined;
      const weights = Object.keys(config?.fairnessWeightOverrides ?? {}).length;
      const configured = [
        ...(eachKey === undefined ? [] : [`at most ${eachKey} tasks a second for each fairness key`]),
        ...(weights === 0 ? [] : [`weights for ${weights} fairness keys`]),
      ];
      return passed(
        `${configured.length === 0 ? 'not configured for the task queue, and not required' : configured.join(', ')}. ${PURPOSE}`,
      );
    } catch (error) {
      const refusal = temporalRefusal(error);
      if (refusal === 'NO_ANSWER' || refusal === 'UNAUTHENTICATED') {
        return failed(noTemporal(connection.address, error));
      }
      return passed(`this server does not report it, and it is not required. ${PURPOSE}`);
    }
  },
};
