import type { AmbiguousAttempt } from '@signering/contract';
import type { RecordedJob } from './recorded-job.js';
import {
  isAmbiguous,
  LedgerConflictError,
  type LedgerEntry,
  type ReferenceLedger,
  type SendingAttempt,
} from '@signering/storage';

/** The part of the ledger that attempts use. */
type AttemptLedger = Pick<ReferenceLedger, 'advance' | 'find'>;

/** The outcome of an attempt to create a job. */
export type AttemptEnd =
  | { readonly outcome: 'CREATED'; readonly created: RecordedJob }
  | { readonly outcome: 'REFUSED' | 'AMBIGUOUS'; readonly reason: string };

/** An attempt as it is recorded at its start. */
export type BegunAttempt = Pick<SendingAttempt, 'attempt' | 'startedAt'>;

/** An attempt whose end may not be in the ledger, because the storage failed. */
export interface UnrecordedAttempt extends BegunAttempt {
  readonly end: AttemptEnd;
}

/** The attempt that an entry has next. */
export function nextAttemptOf(entry: LedgerEntry): BegunAttempt {
  return { attempt: numberOfLastAttempt(entry) + 1, startedAt: new Date().toISOString() };
}

/** Records the start of an attempt. Drops refused attempts, because an outage may cause very many. */
export function beginAttempt(
  ledger: AttemptLedger,
  entry: LedgerEntry,
  attempt: BegunAttempt,
): Promise<LedgerEntry> {
  const kept = entry.attempts.filter(({ outcome }) => outcome !== 'REFUSED');
  return ledger.advance(entry, { attempts: [...kept, attempt] });
}

/**
 * Records the outcome of an attempt. It replaces AMBIGUOUS if the attempt was marked so meanwhile: then the job is not sent
 * again although it exists.
 */
export async function endAttempt(
  ledger: AttemptLedger,
  entry: LedgerEntry,
  { attempt, end }: Pick<UnrecordedAttempt, 'attempt' | 'end'>,
): Promise<LedgerEntry> {
  for (let newest = entry; ;) {
    try {
      return await ledger.advance(newest, progressOf(newest, attempt, end));
    } catch (error) {
      const found = error instanceof LedgerConflictError ? await ledger.find(entry) : undefined;
      if (found === undefined) throw error;
      newest = found;
    }
  }
}

/**
 * Records how an attempt ended that an earlier try of the activity passed on, unless it is recorded. A job whose attempt is not
 * in the ledger, such as in an older copy of the storage, is recorded too.
 */
export async function endUnrecorded(
  ledger: AttemptLedger,
  entry: LedgerEntry,
  { attempt, startedAt, end }: UnrecordedAttempt,
): Promise<LedgerEntry> {
  // Another process may have begun an attempt of the same number.
  const begun = entry.attempts.find((one) => one.attempt === attempt && one.startedAt === startedAt);
  if (begun !== undefined) {
    const isOpen =
      begun.outcome === undefined || (begun.outcome === 'AMBIGUOUS' && end.outcome !== 'AMBIGUOUS');
    return isOpen ? await endAttempt(ledger, entry, { attempt, end }) : entry;
  }
  if (end.outcome !== 'CREATED' || entry.created !== undefined) return entry;
  // Before the others: the last one may have no outcome.
  const attempts = [{ attempt, startedAt, outcome: 'CREATED' as const }, ...entry.attempts];
  return await ledger.advance(entry, { attempts, created: end.created });
}

/**
 * Marks an attempt without an outcome AMBIGUOUS: its process is gone. A concurrent outcome wins.
 * @throws LEDGER_CONFLICT (retryable) in that case
 */
export async function doubtVanishedAttempt(ledger: AttemptLedger, entry: LedgerEntry): Promise<LedgerEntry> {
  const last = entry.attempts.at(-1);
  // Also when an earlier attempt is CREATED: this one may have made a second job.
  if (last === undefined || last.outcome !== undefined) return entry;
  const reason = 'the worker ended before the service answered';
  return ledger.advance(entry, { attempts: withEnd(entry, last.attempt, { outcome: 'AMBIGUOUS', reason }) });
}

/** The number of the newest attempt, 0 without attempts. */
export function numberOfLastAttempt({ attempts }: LedgerEntry): number {
  return attempts.at(-1)?.attempt ?? 0;
}

/** The attempts that may have made a job. */
export function ambiguousAttemptsOf({ attempts }: LedgerEntry): readonly AmbiguousAttempt[] {
  return attempts
    .filter(isAmbiguous)
    .map(({ attempt, startedAt, outcome, reason = reasonOf(outcome) }) => ({ attempt, startedAt, reason }));
}

function reasonOf(outcome: SendingAttempt['outcome']): string {
  return outcome === 'AMBIGUOUS' ? 'no answer' : `a later version recorded ${outcome}`;
}

function progressOf(
  entry: LedgerEntry,
  attempt: number,
  end: AttemptEnd,
): Pick<LedgerEntry, 'attempts' | 'created'> {
  const { created } = entry;
  if (end.outcome !== 'CREATED') return { attempts: withEnd(entry, attempt, end) };
  if (created === undefined || created.signatureJobId === end.created.signatureJobId) {
    return { attempts: withEnd(entry, attempt, { outcome: 'CREATED' }), created: end.created };
  }
  // The recorded job stays. The AMBIGUOUS attempt makes the other job a duplicate of ours.
  const reason = `the answer came when the job had been sent again: it made job ${end.created.signatureJobId} as well`;
  return { attempts: withEnd(entry, attempt, { outcome: 'AMBIGUOUS', reason }) };
}

function withEnd(
  { attempts }: LedgerEntry,
  number: number,
  { outcome, reason }: { readonly outcome: AttemptEnd['outcome']; readonly reason?: string },
): LedgerEntry['attempts'] {
  return attempts.map((attempt) => {
    if (attempt.attempt !== number) return attempt;
    const { reason: _, ...rest } = attempt;
    return { ...rest, outcome, ...(reason !== undefined && { reason }) };
  });
}
