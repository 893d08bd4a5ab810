import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { EnterpriseCertificate } from '@signering/signatures';
import { demandStorageId, type StorageIdentity } from '@signering/storage';
import type { ReadinessChecks } from './health-server.js';

/** What the checks look at. */
export interface ReadinessOptions {
  readonly worker: Worker;
  readonly temporal: Client;
  readonly storageIdentity: StorageIdentity;
  readonly certificate: () => EnterpriseCertificate;
}

const ANSWER_WITHIN_MS = 1500;

/** A worker is ready while it can do its work. On SIGTERM `running` fails first, before running activities end. */
export function readinessChecks(options: ReadinessOptions): ReadinessChecks {
  const { worker, temporal, storageIdentity, certificate } = options;
  return {
    running: () => worker.getState() === 'RUNNING',
    polling: () => {
      const { workflowPollerState, activityPollerState } = worker.getStatus();
      return workflowPollerState === 'POLLING' && activityPollerState === 'POLLING';
    },
    temporal: async () => {
      await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        temporal.workflowService.describeNamespace({ namespace: temporal.options.namespace }),
      );
      return true;
    },
    storage: async () => {
      await demandStorageId(storageIdentity);
      return true;
    },
    certificate: () => certificate().chain.every(isValidNow),
  };
}

function isValidNow({ validFrom, validTo }: EnterpriseCertificate['certificate']): boolean {
  return Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
}
