import { retentionOptionsOf, WORKFLOW_TYPES, type RetentionResult } from '@signering/contract';
import { demandStorageId } from '@signering/storage';
import type { CallOptions } from './call-options.js';
import type { KnownJobs } from './known-jobs.js';
import { readableData } from './readable-data.js';
import { callFailureOf } from './signing-failure.js';

/** The argument of `SigningClient.runRetention`. */
export interface RunRetentionOptions extends CallOptions {
  /** Only lists what a run would remove. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What a run of retention did, or in a dry run would do. */
export type RetentionRun = Omit<RetentionResult, 'version'>;

/** Temporal's own query, which every workflow answers. */
const METADATA_QUERY = '__temporal_workflow_metadata';

/** As `SigningClient.runRetention`: a worker does it, as its settings say. */
export async function runRetention(jobs: KnownJobs, dryRun: boolean): Promise<RetentionRun> {
  const { storage, temporal, taskQueue } = jobs;
  const storageId = await demandStorageId(storage.storageIdentity);
  const input = { version: 1, storageId, dryRun } as const;
  const run = await temporal.call((client) =>
    client.workflow.start(WORKFLOW_TYPES.retention, { ...retentionOptionsOf(input, taskQueue), taskQueue }),
  );
  // Without a worker the wait would not end.
  await temporal.ask((client) => client.workflow.getHandle(run.workflowId).query(METADATA_QUERY));
  try {
    const result = await temporal.wait(() => run.result() as Promise<RetentionResult>);
    const { version: _, ...done } = readableData(result, 'the result of retention');
    return done;
  } catch (error) {
    throw callFailureOf(error, { what: 'Retention failed', reference: run.workflowId });
  }
}
