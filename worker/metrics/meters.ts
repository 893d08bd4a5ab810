import type { MetricCounter, MetricGauge, MetricHistogram, MetricMeter } from '@temporalio/common';

/**
 * Every metric of this product; docs/operating.md has the table. No label holds a reference, a job id or personal data.
 * Prometheus gauges of the SDK hold no negative value.
 */
export interface Meters {
  /** Open jobs. Labels: `flow`, `state`. */
  readonly jobs: MetricGauge;
  readonly oldestUnconfirmedChangeAge: MetricGauge;
  /** Labels: `flow`, `days`. */
  readonly unarchivedJobs: MetricGauge;
  /** Labels: `organization`, `flow`, `queue`. */
  readonly queueLastPollAge: MetricGauge;
  /** Labels: `flow`, `reason`. */
  readonly undeliveredChanges: MetricGauge;
  /** Labels: `receiver`. */
  readonly webhooksWaiting: MetricGauge;
  /** Labels: `receiver`. */
  readonly webhooksFailed: MetricGauge;
  /** Labels: `receiver`. */
  readonly oldestWaitingWebhookAge: MetricGauge;
  /** Labels: `use`, `name`. */
  readonly certificateValidDays: MetricGauge;
  /** Labels: `sample`. */
  readonly sampledTimestamp: MetricGauge;
  /** Labels: `operation`, `answer`. */
  readonly apiRequestDuration: MetricHistogram;
  readonly apiRateLimited: MetricCounter;
  /** Labels: `direction`. */
  readonly clockOffset: MetricGauge;
  /** Labels: `what`, `result`. */
  readonly retentionFiles: MetricCounter;
  /** Labels: `flow`, `outcome`. */
  readonly archiveDuration: MetricHistogram;
  /** Labels: `outcome`. */
  readonly emails: MetricCounter;
}

/** Histogram buckets in seconds, by the name of the metric without its unit. */
export const BUCKETS = {
  signering_api_request_duration: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  signering_archive_duration: [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400],
};

/** Creates every metric. Create them once in a process: a second object of a name would be a second series. */
export function createMeters(meter: MetricMeter): Meters {
  const gauge = (name: string, help: string) =>
    meter.createGauge(`signering_${name}`, 'float', undefined, help);
  const apiRateLimited = meter.createCounter(
    'signering_api_rate_limited',
    undefined,
    'Answers 429 of the signature API.',
  );
  // An alarm on its increase needs the value before the first answer.
  apiRateLimited.add(0);
  const retentionFiles = meter.createCounter(
    'signering_retention_files',
    undefined,
    'What retention removed, or could not remove.',
  );
  for (const what of ['document', 'service_copy', 'archive']) {
    for (const result of ['removed', 'refused', 'stopped']) retentionFiles.add(0, { what, result });
  }
  const emails = meter.createCounter('signering_emails', undefined, 'Emails about jobs, by how they ended.');
  for (const outcome of ['SENT', 'IN_DOUBT', 'REFUSED', 'NO_LONGER_TRUE']) emails.add(0, { outcome });
  return {
    emails,
    jobs: gauge('jobs', 'Open jobs.'),
    oldestUnconfirmedChangeAge: gauge(
      'oldest_unconfirmed_change_age_seconds',
      'Age of the oldest final status change that is not yet confirmed.',
    ),
    unarchivedJobs: gauge(
      'unarchived_jobs',
      'Jobs whose first signature is that many days old and not archived.',
    ),
    queueLastPollAge: gauge(
      'queue_last_poll_age_seconds',
      'Time since the last completed poll of a followed queue.',
    ),
    undeliveredChanges: gauge('undelivered_changes', 'Jobs whose status changes cannot be delivered.'),
    webhooksWaiting: gauge('webhooks_waiting', 'Webhooks that a receiver has not accepted in time.'),
    webhooksFailed: gauge('webhooks_failed', 'Webhooks that were given up.'),
    oldestWaitingWebhookAge: gauge(
      'oldest_waiting_webhook_age_seconds',
      'Age of the oldest webhook that waits for its receiver.',
    ),
    certificateValidDays: gauge('certificate_valid_days', 'Days until a certificate expires.'),
    sampledTimestamp: gauge('sampled_timestamp_seconds', 'Time of the last complete measurement.'),
    apiRequestDuration: meter.createHistogram(
      'signering_api_request_duration',
      'float',
      'seconds',
      'Time from a request to the beginning of its answer.',
    ),
    apiRateLimited,
    retentionFiles,
    clockOffset: gauge('clock_offset_seconds', "Least difference between this clock and the service's."),
    archiveDuration: meter.createHistogram(
      'signering_archive_duration',
      'float',
      'seconds',
      'Time from the final status change until everything is archived.',
    ),
  };
}
