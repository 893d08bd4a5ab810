import type { SignerProgress, SigningDescription } from '../../contract/index.js';
import { formatMoment } from '../syntax/moment.js';

const STATE_WORDS: Readonly<Record<SigningDescription['state'], string>> = {
  CREATING: 'being created at Posten signering',
  CREATE_AMBIGUOUS: 'it is not known whether the service made the job',
  WAITING_FOR_SIGNERS: 'waiting for signers',
  OVERDUE: 'overdue: the deadline has passed and the service has not said how it ended',
  ARCHIVING: 'everybody is done; archiving the signed documents',
  ARCHIVE_BROKEN:
    'signed documents are broken; an operator must decide whether they are fetched again or accepted',
  CONFIRMING: 'archived; confirming to the service',
  SIGNED: 'signed by all',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  NOT_REPORTED: 'no signer came back in time',
  FAILED: 'failed',
};

const SIGNER_MARKS: Readonly<Record<string, string>> = { SIGNED: '✔', WAITING: '…' };

/** What people read of a job's state. */
export function stateInWords(state: SigningDescription['state']): string {
  return STATE_WORDS[state];
}

/** One signer in one line: number, masked identity, what they have done, and whether they are waited for. */
export function signerLine(signer: SignerProgress, job: SigningDescription): string {
  const { status, statusText, since, order } = signer;
  const mark = SIGNER_MARKS[status] ?? '✘';
  const name = `${mark} signer ${signer.signer}  ${signer.maskedIdentifier}`;
  if (job.waitingFor.includes(signer.signer)) {
    const until = job.deadline === undefined ? '' : ` until ${formatMoment(job.deadline)}`;
    return `${name}  waited for${until}`;
  }
  if (status === 'WAITING') {
    const inGroups = job.signers.some((other) => other.order !== order);
    return `${name}  not yet asked${inGroups ? ` (group ${order})` : ''}`;
  }
  const when = since === undefined ? '' : ` ${formatMoment(since)}`;
  return `${name}  ${statusText ?? status}${when}`;
}

/** The whole job in a few lines. */
export function jobLines(job: SigningDescription): readonly string[] {
  const id = job.signatureJobId === undefined ? '' : `  (job ${job.signatureJobId})`;
  return [
    `${job.reference}${id}: ${stateInWords(job.state)}`,
    ...[...job.signers]
      .sort((one, other) => one.order - other.order || one.signer - other.signer)
      .map((signer) => `  ${signerLine(signer, job)}`),
    ...(job.needsOperator === undefined ? [] : [`  ! ${job.needsOperator}`]),
    ...doubtLines(job),
  ];
}

function doubtLines({ ambiguousCreate }: SigningDescription): readonly string[] {
  if (ambiguousCreate === undefined) return [];
  const { attempts, duplicates } = ambiguousCreate;
  const told = `${attempts.length} attempt(s) without an answer`;
  return [
    `  ! The service may have made the job more than once: ${told}, other jobs seen: ${duplicates.length || 'none'}`,
    ...duplicates.map(({ signatureJobId, status, signatures, withdrawn }) => {
      const by = withdrawn === 'CANCELLED' ? ', withdrawn' : '';
      return `    job ${signatureJobId}: ${status}, signed by ${signatures}${by}`;
    }),
  ];
}
