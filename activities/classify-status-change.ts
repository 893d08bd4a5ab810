import { createHash } from 'node:crypto';
import type { Flow } from '@signering/contract';
import { isAmbiguous, settledJobOf, type LedgerEntry } from '@signering/storage';

/**
 * How a status change is delivered.
 * SIGNALLED: its workflow receives it, and confirms it if it is final.
 * HELD: the workflow of the reference receives it. Whether the job is ours is unknown until the create is recorded.
 * SETTLED: the job is archived; only the confirmation is missing.
 * STRANDED: the job is ours, and its workflow ended before the job was archived.
 * GHOST: a direct duplicate. It cannot be signed: its redirect URLs were lost.
 * DUPLICATE: another job of a settled reference in the portal flow; a separate workflow withdraws and archives it.
 * FOREIGN: the ledger does not know the job.
 */
export type Delivery = 'SIGNALLED' | 'HELD' | 'SETTLED' | 'STRANDED' | 'GHOST' | 'DUPLICATE' | 'FOREIGN';

/** What decides, together with the ledger entry, how a status change is delivered. */
export interface ChangeToClassify {
  readonly flow: Flow;
  readonly signatureJobId: string;
  /** Undefined for the only signer of a direct job, whom the service may leave unnamed. */
  readonly maskedSigners: readonly string[] | undefined;
}

/** What the ledger knows of a reference. */
export type KnownReference = Pick<
  LedgerEntry,
  'flow' | 'organizationNumber' | 'reference' | 'attempts' | 'created' | 'settled' | 'erased'
>;

/** Decides how a status change is delivered while the workflow of its reference runs, or after it has ended. */
export function classifyStatusChange(
  change: ChangeToClassify,
  entry: KnownReference | undefined,
  workflow: 'RUNNING' | 'ENDED',
): Delivery {
  if (entry?.flow !== change.flow) return 'FOREIGN';
  const isRecorded = entry.created?.signatureJobId === change.signatureJobId;
  if (!isRecorded && !isDuplicate(change, entry)) {
    const mayBeOurs = entry.created === undefined && entry.attempts.length > 0;
    return mayBeOurs && workflow === 'RUNNING' ? 'HELD' : 'FOREIGN';
  }
  if (!isRecorded && change.flow === 'DIRECT') return 'GHOST';
  if (workflow === 'RUNNING') return 'SIGNALLED';
  const settled = settledJobOf(entry);
  if (settled === undefined) return 'STRANDED';
  return settled.signatureJobId === change.signatureJobId ? 'SETTLED' : 'DUPLICATE';
}

/** True if an ambiguous attempt of this reference made the job: an attempt is AMBIGUOUS and the signers are the same. */
function isDuplicate(
  { maskedSigners }: ChangeToClassify,
  { attempts, created, erased }: KnownReference,
): boolean {
  if (!attempts.some(isAmbiguous)) return false;
  if (erased?.signersCheck !== undefined && maskedSigners !== undefined)
    return signersCheckOf(maskedSigners) === erased.signersCheck;
  if (created?.maskedSigners === undefined) return false;
  if (maskedSigners === undefined) return created.maskedSigners.length === 1;
  return comparable(maskedSigners) === comparable(created.maskedSigners);
}

/**
 * What an erased reference keeps of its signers, to recognise a second job: 16 bits, which many sets of masked identities
 * share, so that they identify no person.
 */
export function signersCheckOf(maskedSigners: readonly string[]): string {
  return createHash('sha256').update(comparable(maskedSigners)).digest('hex').slice(0, 4);
}

/** The service changes the order of signers and the letter case of addresses. */
function comparable(signers: readonly string[]): string {
  return JSON.stringify(signers.map((signer) => signer.toLowerCase()).sort());
}
