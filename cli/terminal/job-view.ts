import type { JobDescription, JobHold } from '@signering/client';
import {
  explainDeletionAlarm,
  explainJob,
  type RecordedDecision,
  type SignerProgress,
  type SigningResult,
  type SigningState,
} from '@signering/contract';
import { formatMoment } from '../syntax/moment.js';
import { padTo, widthOf } from './wrap.js';

const STATE_WORDS: Readonly<Record<SigningState, string>> = {
  CREATING: 'being created at Posten signering',
  CREATE_AMBIGUOUS: 'it is unknown whether the service created the job',
  WAITING_FOR_SIGNERS: 'waiting for signers',
  OVERDUE: 'overdue: the deadline has passed and the service has not reported the outcome',
  ARCHIVING: 'all signers are done; archiving the signed documents',
  ARCHIVE_BROKEN:
    'signed documents are broken; an operator must decide whether they are fetched again or accepted',
  CONFIRMING: 'archived; confirming to the service',
  SIGNED: 'signed by all',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  NOT_REPORTED: 'no signer returned in time',
  FAILED: 'failed',
};

const SIGNER_MARKS: Readonly<Record<string, string>> = { SIGNED: '✔', WAITING: '…' };

/** A job's state in words. */
export function stateInWords(state: SigningState | 'UNKNOWN', text: string = state): string {
  return state === 'UNKNOWN'
    ? `${text} (a word of a later version: upgrade this command)`
    : STATE_WORDS[state];
}

/** Where a job stands, in words. */
export function jobInWords({
  status,
  state,
  stateText,
}: Pick<JobDescription, 'status' | 'state' | 'stateText'>): string {
  const words = stateInWords(state, stateText);
  return status === 'PROCESS_FAILED' ? `its process failed in the state: ${words}` : words;
}

/** Number and masked identity, padded to the width of the other signers. */
export function signerName(
  { signer, maskedIdentifier }: Pick<SignerProgress, 'signer' | 'maskedIdentifier'>,
  all: readonly SignerProgress[],
): string {
  const digits = Math.max(...all.map((other) => String(other.signer).length));
  const width = Math.max(...all.map((other) => widthOf(other.maskedIdentifier)));
  return `signer ${String(signer).padStart(digits)}  ${padTo(width, maskedIdentifier)}`;
}

/** One signer in one line: number, masked identity, status, and whether the job waits for them. */
export function signerLine(signer: SignerProgress, job: JobDescription): string {
  const { status, statusText, since, order } = signer;
  const mark = SIGNER_MARKS[status] ?? '✘';
  const name = `${mark} ${signerName(signer, job.signers)}`;
  if (job.status === 'RUNNING' && job.waitingFor.includes(signer.signer)) {
    const until = job.deadline === undefined ? '' : ` until ${formatMoment(job.deadline)}`;
    return `${name}  pending${until}`;
  }
  if (status === 'WAITING') {
    const inGroups = job.signers.some((other) => other.order !== order);
    return `${name}  not started${inGroups ? ` (group ${order})` : ''}`;
  }
  const when = since === undefined ? '' : ` ${formatMoment(since)}`;
  return `${name}  ${statusText ?? status}${when}`;
}

/** The whole job in a few lines. */
export function jobLines(job: JobDescription): readonly string[] {
  return [
    headline(job),
    ...signerLines(job),
    ...metadataLines(job),
    ...holdLines(job),
    ...attentionLines(job).map((line) => `  ! ${line}`),
    ...doubtLines(job),
    ...decisionLines(job),
    ...(job.status === 'PROCESS_FAILED' ? [`  ! ${job.failure.message}`] : []),
  ];
}

/** As {@link jobLines}, with the sentence that Temporal Web shows. */
export function statusLines(job: JobDescription): readonly string[] {
  const needsPerson = job.status === 'PROCESS_FAILED' || attentionLines(job).length > 0;
  return [
    headline(job),
    `  ${needsPerson ? '! ' : ''}${explainJob(job, formatMoment)}`,
    ...signerLines(job),
    ...metadataLines(job),
    ...holdLines(job),
    ...doubtLines(job),
    ...decisionLines(job),
  ];
}

/** What an operator has to decide or prevent. */
export function attentionLines(job: JobDescription): readonly string[] {
  if (job.status !== 'RUNNING') return [];
  const { needsOperator, deletionAlarm } = job;
  return [
    ...(needsOperator === undefined ? [] : [needsOperator]),
    ...(deletionAlarm === undefined ? [] : [explainDeletionAlarm(deletionAlarm, formatMoment)]),
  ];
}

function headline(job: JobDescription): string {
  const id = job.signatureJobId === undefined ? '' : `  (job ${job.signatureJobId})`;
  return `${job.reference}${id}: ${jobInWords(job)}`;
}

function signerLines(job: JobDescription): readonly string[] {
  return [...job.signers]
    .sort((one, other) => one.order - other.order || one.signer - other.signer)
    .map((signer) => `  ${signerLine(signer, job)}`);
}

/** The sender's own notes, one in a line; a value of several lines is quoted. */
export function metadataLines({ metadata = {} }: Pick<JobDescription, 'metadata'>): readonly string[] {
  return Object.entries(metadata).map(
    ([key, value]) => `  ${key}: ${/^[^\r\n\t]*$/u.test(value) ? value : JSON.stringify(value)}`,
  );
}

function holdLines({ hold }: JobDescription): readonly string[] {
  return hold === undefined ? [] : [`  ${holdLine(hold)}`];
}

/** Who placed a legal hold, when and why. */
export function holdLine({ by, at, reason }: JobHold): string {
  return `legal hold since ${formatMoment(at)}${by === undefined ? '' : ` by ${by}`}: ${reason}`;
}

const DECISION_WORDS: Readonly<Record<RecordedDecision['decision'], string>> = {
  CANCEL: 'cancelled',
  FETCH_AGAIN: 'signed documents fetched again',
  ACCEPT: 'broken documents accepted',
  SEND_AGAIN: 'sent again',
  GIVE_UP: 'given up',
  UNKNOWN: 'decided',
};

/** What people decided, one line each. */
export function decisionLines({ decisions = [] }: Pick<SigningResult, 'decisions'>): readonly string[] {
  return decisions.map(({ decision, decisionText, by, reason, at }) => {
    const what = decisionText ?? DECISION_WORDS[decision];
    return `  ${formatMoment(at)} ${what}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`;
  });
}

function doubtLines({ ambiguousCreate, status }: JobDescription): readonly string[] {
  if (ambiguousCreate === undefined) return [];
  const { attempts, duplicates } = ambiguousCreate;
  const unanswered = `${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'} to create the job had no answer`;
  if (duplicates.length === 0) {
    return [
      status === 'ENDED'
        ? `  ${unanswered}; no second job was found.`
        : `  ! ${unanswered}: the service may have created it more than once. No second job was found so far.`,
    ];
  }
  return [
    `  ! ${unanswered}, and the service created it more than once. Other jobs:`,
    ...duplicates.map(({ signatureJobId, status, signatures, withdrawn }) => {
      const by = withdrawn === 'CANCELLED' ? ', withdrawn' : '';
      return `    job ${signatureJobId}: ${status}, signed by ${signatures}${by}`;
    }),
  ];
}
