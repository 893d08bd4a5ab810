import type { DeletionAlarm, SignerProgress, SigningDescription } from './signing.js';

type MayBeUndefined<Members> = { readonly [Name in keyof Members]?: Members[Name] | undefined };

/** What {@link explainJob} reads of a job's description. */
export interface ExplainedJob
  extends
    Pick<SigningDescription, 'state'>,
    MayBeUndefined<
      Pick<
        SigningDescription,
        'stateText' | 'deadline' | 'signers' | 'waitingFor' | 'needsOperator' | 'deletionAlarm'
      >
    > {
  /** Present when the signing process failed. */
  readonly failure?: { readonly message: string } | undefined;
}

/** Fewer signers who are done are named one by one, with the time. */
const MOST_NAMED = 3;

/**
 * Says in one sentence what a job waits for and what has happened, or why its process failed, such as "Waits for signer 2 of 3 until 2027-01-14
 * 12:00 UTC; signer 1 signed 2026-12-20 09:30 UTC." A second one follows while a deletion alarm is raised. Names signers by number only: no
 * personal data.
 * @param formatMoment writes a moment, ISO 8601. By default in UTC, to the minute
 */
export function explainJob(job: ExplainedJob, formatMoment: (moment: string) => string = utcMinutes): string {
  const { failure, deletionAlarm } = job;
  if (failure !== undefined) return `The signing process failed: ${failure.message}`;
  const alarm = deletionAlarm === undefined ? '' : ` ${explainDeletionAlarm(deletionAlarm, formatMoment)}`;
  return `${explainState(job, formatMoment)}${alarm}`;
}

/** What a deletion alarm says, in one sentence without personal data. */
export function explainDeletionAlarm(
  { serviceKeepsUntil }: DeletionAlarm,
  formatMoment: (moment: string) => string = utcMinutes,
): string {
  return `The service deletes the first signature ${formatMoment(serviceKeepsUntil)}, and it is not archived.`;
}

function explainState(job: ExplainedJob, formatMoment: (moment: string) => string): string {
  const { needsOperator, signers = [] } = job;
  if (needsOperator !== undefined) return `Waits for an operator: ${needsOperator}`;
  const done = doneOf(job, formatMoment);
  return `${headOf(job, signers.length, formatMoment)}${done === '' ? '' : `; ${done}`}.`;
}

function headOf(job: ExplainedJob, count: number, formatMoment: (moment: string) => string): string {
  const { state, stateText, deadline, waitingFor = [] } = job;
  switch (state) {
    case 'CREATING':
      return 'Is being created at the service';
    case 'CREATE_AMBIGUOUS':
      return 'It is unknown whether the service created the job; the worker sends it again';
    case 'WAITING_FOR_SIGNERS': {
      const until = deadline === undefined ? '' : ` until ${formatMoment(deadline)}`;
      if (waitingFor.length === 0) return 'Waits for the service to report the outcome';
      return `Waits for ${numbered(waitingFor)}${count > 1 ? ` of ${count}` : ''}${until}`;
    }
    case 'OVERDUE':
      return (
        `The time to sign ended${deadline === undefined ? '' : ` ${formatMoment(deadline)}`}, and the service has not ` +
        'reported the outcome'
      );
    case 'ARCHIVING':
      return 'The signed documents are being archived';
    case 'ARCHIVE_BROKEN':
      return 'Signed documents are broken';
    case 'CONFIRMING':
      return 'The signed documents are archived; the outcome is being confirmed to the service';
    case 'SIGNED':
      return 'Signed by all';
    case 'REJECTED':
      return 'Rejected';
    case 'EXPIRED':
      return 'The time to sign ended';
    case 'CANCELLED':
      return 'Cancelled by the sender';
    case 'FAILED':
      return 'Failed at the service';
    case 'NOT_REPORTED':
      return 'No signer returned in time, so that the outcome is unknown';
    case 'UNKNOWN':
      return `${stateText ?? 'An unknown state'} (a word of a later version)`;
  }
}

/** What the signers have done who are not waited for. */
function doneOf(
  { state, signers = [], waitingFor = [] }: ExplainedJob,
  formatMoment: (moment: string) => string,
): string {
  const done = signers.filter(({ signer, status }) => status !== 'WAITING' && !waitingFor.includes(signer));
  if (done.length > MOST_NAMED) {
    const words = [...new Set(done.map(wordOf))];
    return words
      .map((word) => `${done.filter((signer) => wordOf(signer) === word).length} signers: ${word}`)
      .join(', ');
  }
  // "Signed by all; signer 1 signed" would say it twice but for the time.
  if (state === 'SIGNED' && done.every(({ since }) => since === undefined)) return '';
  return done
    .map((signer) => {
      const { since } = signer;
      return `signer ${signer.signer} ${wordOf(signer)}${since === undefined ? '' : ` ${formatMoment(since)}`}`;
    })
    .join(', ');
}

const SIGNER_WORDS: Readonly<Partial<Record<SignerProgress['status'], string>>> = {
  SIGNED: 'signed',
  REJECTED: 'rejected',
  EXPIRED: 'did not sign in time',
  FAILED: 'failed to sign',
  CANCELLED: 'can no longer sign, because the job was cancelled',
  RESERVED: 'does not receive digital post',
  CONTACT_INFORMATION_MISSING: 'cannot be notified: contact information is missing',
  BLOCKED: 'has blocked the sender',
  SIGNERS_NAME_NOT_AVAILABLE: 'has no name in the national registry',
  NOT_APPLICABLE: 'is no longer asked',
};

function wordOf({ status, statusText }: SignerProgress): string {
  return SIGNER_WORDS[status] ?? `has the status ${statusText ?? status}`;
}

function numbered(signers: readonly number[]): string {
  if (signers.length > MOST_NAMED) return `${signers.length} signers`;
  const last = signers.at(-1);
  return signers.length === 1 ? `signer ${last}` : `signers ${signers.slice(0, -1).join(', ')} and ${last}`;
}

/** "2027-01-14 12:00 UTC"; a moment that is no ISO 8601 time with its zone stays as it is. */
function utcMinutes(moment: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/u.test(moment)
    ? `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`
    : moment;
}
