import type { AmbiguousAttempt } from '@signering/contract';
import type { RecordedJob } from './recorded-job.js';
import { LedgerConflictError, type LedgerEntry, type ReferenceLedger } from '@signering/storage';

/** How an attempt to create a job ended, and the job where it made one. */
export type AttemptEnd =
  | { readonly outcome: 'CREATED'; readonly created: RecordedJob }
  | { readonly outcome: 'REFUSED' | 'AMBIGUOUS'; readonly reason: string };

/** Writes down that one more attempt begins. What is over and surely made no job is dropped: outages may last days. */
export function beginAttempt(ledger: ReferenceLedger, entry: LedgerEntry): Promise<LedgerEntry> {
  const attempt = { attempt: numberOfLastAttempt(entry) + 1, startedAt: new Date().toISOString() };
  const kept = entry.attempts.filter(({ outcome }) => outcome !== 'REFUSED');
  return ledger.advance(entry, { attempts: [...kept, attempt] });
}

/**
 * Writes down how the last attempt of an entry ended. The news may be late: whoever was taken for dead finds the
 * attempt in doubt already, and settles that, so that the job is not sent again although it is there.
 */
export async function endLastAttempt(
  ledger: ReferenceLedger,
  entry: LedgerEntry,
  end: AttemptEnd,
): Promise<LedgerEntry> {
  const attempt = numberOfLastAttempt(entry);
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
 * Puts an attempt without an outcome in doubt: it belongs to a process that is gone, or was taken for that. If it ends
 * at this very moment, that stands.
 * @throws LEDGER_CONFLICT (retryable) then
 */
export async function doubtVanishedAttempt(
  ledger: ReferenceLedger,
  entry: LedgerEntry,
): Promise<LedgerEntry> {
  const last = entry.attempts.at(-1);
  if (entry.created !== undefined || last === undefined || last.outcome !== undefined) return entry;
  const reason = 'the worker went away before the service had answered';
  return ledger.advance(entry, { attempts: withEnd(entry, last.attempt, { outcome: 'AMBIGUOUS', reason }) });
}

/** The number of the newest attempt, 0 when there was none. */
export function numberOfLastAttempt({ attempts }: LedgerEntry): number {
  return attempts.at(-1)?.attempt ?? 0;
}

/** The attempts of which nobody knows whether they made a job. */
export function ambiguousAttemptsOf({ attempts }: LedgerEntry): readonly AmbiguousAttempt[] {
  return attempts
    .filter(({ outcome }) => outcome === 'AMBIGUOUS')
    .map(({ attempt, startedAt, reason }) => ({ attempt, startedAt, reason: reason ?? 'no answer' }));
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
  // The recorded job stays. Its twin is told of, and its changes are taken for ours because the attempt is in doubt.
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
