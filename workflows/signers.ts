import type { SignerProgress, SigningOutcome } from '@signering/contract';
import type { JobChange } from './job-change.js';

/** Every signer after a change; signers that it does not name stay unchanged. */
export function signersAfter(
  before: readonly SignerProgress[],
  { signatures }: JobChange,
): readonly SignerProgress[] {
  return before.map((progress) => {
    const signature = signatures.find(({ signer }) => signer === progress.signer);
    if (signature === undefined) return progress;
    const { status, since } = signature;
    const { statusText: _statusText, since: _since, ...others } = progress;
    const rest = { ...others, ...(since !== undefined && { since }) };
    return status.kind === 'UNKNOWN'
      ? { ...rest, status: 'UNKNOWN', statusText: status.text }
      : { ...rest, status: status.kind };
  });
}

/** The outcome of an ended job, read from its signers: a rejection, expiry or cancellation ends it. */
export function outcomeOf(change: Pick<JobChange, 'status' | 'signatures'>): SigningOutcome {
  if (change.status === 'COMPLETED_SUCCESSFULLY') return 'SIGNED';
  const kinds = change.signatures.map(({ status }) => status.kind);
  if (kinds.includes('REJECTED')) return 'REJECTED';
  if (kinds.includes('CANCELLED')) return 'CANCELLED';
  if (kinds.includes('EXPIRED')) return 'EXPIRED';
  return 'FAILED';
}
