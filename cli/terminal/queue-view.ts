import type { QueueDescription, QueueSummary, UndeliveredJob } from '@signering/client';
import type { ErrorCode } from '@signering/schema';
import { formatMoment } from '../syntax/moment.js';
import { quoted } from './quoted.js';
import { wrap } from './wrap.js';

const WIDTH = 80;

/** A queue with its description, if it was polled. */
export interface ListedQueue extends QueueSummary {
  readonly description?: QueueDescription;
}

/** Every queue in a few lines. */
export function queueListLines(queues: readonly ListedQueue[]): readonly string[] {
  if (queues.length === 0) return ['There are no polling queues yet.'];
  return queues.flatMap(({ pollingQueue, flow, polled, description }) => [
    `${pollingQueue} (${flow.toLowerCase()} flow)`,
    ...(description === undefined || !polled ? ['  not polled: no job needs it'] : timeLines(description)),
    ...(description === undefined ? [] : [`  not delivered   ${countLine(description)}`]),
  ]);
}

/** One queue with each change that was not delivered. */
export function queueLines(queue: QueueDescription): readonly string[] {
  const { pollingQueue, flow, polled, undelivered } = queue;
  return [
    `${pollingQueue} (${flow.toLowerCase()} flow)`,
    ...(polled ? timeLines(queue) : ['  not polled: no job needs it']),
    `  not delivered   ${countLine(queue)}`,
    ...undelivered.flatMap((job) => ['', ...undeliveredLines(job, queue)]),
  ];
}

function timeLines({ nextPollAt, followUntil }: QueueDescription): readonly string[] {
  return [
    `  next poll       ${nextPollAt === undefined ? 'polling now' : formatMoment(nextPollAt)}`,
    `  followed until  ${formatMoment(followUntil)}`,
  ];
}

function countLine({ undelivered }: QueueDescription): string {
  if (undelivered.length === 0) return 'nothing: every change was delivered';
  return `changes of ${undelivered.length} ${undelivered.length === 1 ? 'job' : 'jobs'}`;
}

function undeliveredLines(job: UndeliveredJob, queue: QueueDescription): readonly string[] {
  const { signatureJobId, code, count, lastSeenAt } = job;
  const reason = job.reasonText ?? job.reason;
  const name = signatureJobId === undefined ? 'a job whose id cannot be read' : `job ${signatureJobId}`;
  const times = count === 1 ? 'once' : `${count} times`;
  return [
    `  ${name}: ${reason}${code === undefined ? '' : ` (${code})`}`,
    `    handed out ${times}, last at ${formatMoment(lastSeenAt)}`,
    ...wrap(meaningOf(job, queue), WIDTH - 4).map((line) => `    ${line}`),
    ...(isConfirmable(job, queue)
      ? ['    If no application needs it:', `    ${confirmCommand(job, queue)}`]
      : []),
  ];
}

function isConfirmable(
  { reason, signatureJobId }: UndeliveredJob,
  { confirmForeign }: QueueDescription,
): boolean {
  return reason === 'FOREIGN' && signatureJobId !== undefined && !confirmForeign.includes(signatureJobId);
}

function confirmCommand({ signatureJobId = '' }: UndeliveredJob, { pollingQueue }: QueueDescription): string {
  return `npx signering queue ${quoted(pollingQueue)} --confirm-foreign ${signatureJobId}`;
}

const FAULTS: Partial<Record<ErrorCode, string>> = {
  KEY_MISMATCH:
    'An archived file is encrypted with a key that the workers do not have: add it to their SIGNERING_KEYS.',
  STORED_CONTENT_DAMAGED: 'Its ledger entry or an archived file is damaged: restore the file from a backup.',
  DOCUMENT_MISSING:
    'Its ledger entry says that it is archived, and the archive lacks its receipt or a document: restore the archive, or stop the workers and run signering recover --storage-restored.',
  VERSION_NOT_SUPPORTED: 'A later version wrote its ledger entry: upgrade the workers.',
  STORAGE_UNAVAILABLE: 'The worker has no permission to read its ledger entry: repair the permissions.',
  UNREADABLE_RESPONSE:
    'The message of the service cannot be read. It may be newer than this version: report it.',
  STATUS_CHANGE_UNDELIVERABLE:
    'Temporal rejected the signal to its workflow: look at the workflow in Temporal Web.',
};

function meaningOf(
  { reason, code, signatureJobId = '' }: UndeliveredJob,
  { confirmForeign }: QueueDescription,
): string {
  switch (reason) {
    case 'FOREIGN':
      return confirmForeign.includes(signatureJobId)
        ? 'The ledger has no entry for this job. Its change is confirmed when the service hands it out again, within 10 minutes.'
        : 'The ledger has no entry for this job: another application may use the queue. The change is not confirmed.';
    case 'STRANDED':
      return 'Its workflow failed or was terminated before its documents were archived. A worker starts it again within minutes.';
    case 'UNDELIVERABLE':
      return (code && FAULTS[code]) ?? 'docs/errors.md explains the code.';
    case 'UNKNOWN':
      return 'A later version wrote this reason: upgrade this one.';
  }
}
