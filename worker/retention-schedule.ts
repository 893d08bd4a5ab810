import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
} from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { retentionScheduleId, scheduledRetentionOf } from '@signering/contract';
import type { WorkerSettings } from '@signering/settings';
import { demandStorageId, type StorageIdentity } from '@signering/storage';

/** The argument of {@link ensureRetentionSchedule}. */
export interface RetentionScheduleOptions {
  /** Encrypts as the worker does. */
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly storageIdentity: StorageIdentity;
  readonly retention: WorkerSettings['retention'];
  readonly logger: Logger;
}

/**
 * Creates or updates the Schedule that runs retention once a day, or deletes it when no setting asks for it. Several workers may
 * do so at the same time. A Schedule that an operator paused stays paused. Signing does not depend on it: a failure is logged.
 */
export async function ensureRetentionSchedule(options: RetentionScheduleOptions): Promise<void> {
  const { logger, retention } = options;
  try {
    const isOn = Object.keys(retention).length > 0;
    await (isOn ? createOrUpdate(options) : deleteIfThere(options));
  } catch (error) {
    logger.error('The Schedule of retention could not be set up: nothing is removed by it.', { error });
  }
}

async function createOrUpdate({ temporal, taskQueue, storageIdentity }: RetentionScheduleOptions) {
  const storageId = await demandStorageId(storageIdentity);
  const scheduleId = retentionScheduleId(taskQueue);
  const options = {
    // From midnight UTC on; the jitter keeps organisations of one namespace apart.
    spec: { intervals: [{ every: '1 day' as const }], jitter: '1 hour' as const },
    action: scheduledRetentionOf({ version: 1, storageId }, taskQueue),
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' as const },
  };
  try {
    await temporal.schedule.create({ scheduleId, ...options });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(scheduleId).update(({ state }) => ({ ...options, state }));
  }
}

async function deleteIfThere({ temporal, taskQueue, logger }: RetentionScheduleOptions): Promise<void> {
  try {
    await temporal.schedule.getHandle(retentionScheduleId(taskQueue)).delete();
    logger.info('The Schedule of retention was deleted: no setting asks for it.');
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
