import type { Client } from '@temporalio/client';
import type { Meters } from './meters.js';
import { RunningWorkflows } from './running-workflows.js';
import type { UsedCertificates } from '../renew-certificates.js';
import { sampleCertificates } from './sample-certificates.js';
import { sampleDeletionAlarms } from './sample-deletion-alarms.js';
import { sampleJobs } from './sample-jobs.js';
import { sampleQueues } from './sample-queues.js';
import { sampleUnconfirmed } from './sample-unconfirmed.js';
import { sampleWebhooks } from './sample-webhooks.js';
import type { Sampler } from './sampling.js';

/** What the samplers look at. */
export interface SamplersOptions {
  readonly temporal: Client;
  /** Workflows on other task queues of the namespace are not measured. */
  readonly taskQueue: string;
  readonly certificates: () => UsedCertificates;
  /** Ids of the receivers of webhooks. */
  readonly receivers: readonly string[];
  readonly meters: Meters;
}

/** Everything that is measured at intervals. A new backlog is one file and one line here. */
export function samplersOf(options: SamplersOptions): readonly Sampler[] {
  const { temporal, taskQueue, certificates, receivers, meters } = options;
  const workflows = new RunningWorkflows(temporal, taskQueue);
  return [
    sampleJobs(workflows, meters),
    sampleQueues(workflows, meters),
    sampleUnconfirmed(workflows, meters),
    sampleDeletionAlarms(workflows, meters),
    sampleWebhooks(workflows, meters, receivers),
    sampleCertificates(certificates, meters),
  ];
}
