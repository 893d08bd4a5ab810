import type { Client } from '@temporalio/client';
import type { Meters } from './meters.js';
import { sampleCertificates, type UsedCertificates } from './sample-certificates.js';
import { sampleJobs } from './sample-jobs.js';
import { sampleQueues } from './sample-queues.js';
import { sampleUnconfirmed } from './sample-unconfirmed.js';
import type { Sampler } from './sampling.js';

/** What the samplers look at. */
export interface SamplersOptions {
  readonly temporal: Client;
  readonly certificates: UsedCertificates;
  readonly meters: Meters;
}

/** Everything that is measured at intervals. A new backlog, such as of webhooks, is one file and one line here. */
export function samplersOf({ temporal, certificates, meters }: SamplersOptions): readonly Sampler[] {
  return [
    sampleJobs(temporal, meters),
    sampleQueues(temporal, meters),
    sampleUnconfirmed(temporal, meters),
    sampleCertificates(certificates, meters),
  ];
}
