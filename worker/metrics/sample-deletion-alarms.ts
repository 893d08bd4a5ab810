import {
  DELETION_ALARM_DAYS,
  FLOWS,
  SIGNED_DOCUMENTS_DAYS,
  SIGNING_FLOW,
  SIGNING_SERVICE_KEEPS_UNTIL,
} from '@signering/contract';
import { DAY_MS } from '@signering/schema';
import type { Meters } from './meters.js';
import type { RunningWorkflows } from './running-workflows.js';
import type { Sampler } from './sampling.js';

/** Counts the jobs whose first signature is 30, or 37, days old and not archived. */
export function sampleDeletionAlarms(
  workflows: RunningWorkflows,
  { unarchivedJobs }: Pick<Meters, 'unarchivedJobs'>,
): Sampler {
  const sample = async (): Promise<void> => {
    for (const flow of FLOWS) {
      for (const days of DELETION_ALARM_DAYS) {
        const keptUntil = new Date(Date.now() + (SIGNED_DOCUMENTS_DAYS - days) * DAY_MS).toISOString();
        const count = await workflows.count(
          `${SIGNING_FLOW.name}="${flow}" AND ${SIGNING_SERVICE_KEEPS_UNTIL.name} <= "${keptUntil}"`,
        );
        unarchivedJobs.set(count, { flow, days: String(days) });
      }
    }
  };
  return { name: 'deletion_alarms', sample };
}
