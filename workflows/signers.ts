import type { SignerProgress, SigningOutcome } from '@signering/contract';
import type { JobChange } from './job-change.js';

/** Every signer as a change tells of them; who it does not name stays as before. */
export function signersAfter(
  before: readonly SignerProgress[],
  { signatures }: JobChange,
): readonly SignerProgress[] {
  return before.map((progress) => {
    const signature = signatures.find(({ signer }) => signer === progress.signer);
    if (signature === undefined) return progress;
    const { status, since } = signature;
    const { statusText: _, ...rest } = progress;
    return status.kind === 'UNKNOWN'
      ? { ...rest, since, status: 'UNKNOWN', statusText: status.text }
      : { ...rest, since, status: status.kind };
  });
}

/**
 * Numbers of those who may sign now and have not: the lowest order in which somebody has not signed. While a job goes
 * on, whose ceremony broke (FAILED) may try again.
 */
export function waitingForOf(signers: readonly SignerProgress[]): readonly number[] {
  const unsigned = signers.filter(({ status }) => ['WAITING', 'UNKNOWN', 'FAILED'].includes(status));
  const lowest = Math.min(...unsigned.map(({ order }) => order));
  return unsigned.filter(({ order }) => order === lowest).map(({ signer }) => signer);
}

/** What became of a job that has ended, read from the signers: a rejection, an expiry or a cancellation ends it. */
export function outcomeOf(change: Pick<JobChange, 'status' | 'signatures'>): SigningOutcome {
  if (change.status === 'COMPLETED_SUCCESSFULLY') return 'SIGNED';
  const kinds = change.signatures.map(({ status }) => status.kind);
  if (kinds.includes('REJECTED')) return 'REJECTED';
  if (kinds.includes('CANCELLED')) return 'CANCELLED';
  if (kinds.includes('EXPIRED')) return 'EXPIRED';
  return 'FAILED';
}
