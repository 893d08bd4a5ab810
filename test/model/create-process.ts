import {
  ambiguousAttemptsOf,
  beginAttempt,
  doubtVanishedAttempt,
  endAttempt,
  nextAttemptOf,
  numberOfLastAttempt,
} from '@signering/activities/internal/sending-attempts.js';
import { LedgerConflictError, type LedgerEntry, type ReferenceLedger } from '@signering/storage';
import type { CreateProcess, PlantedError, Reference } from './protocol-state.js';
import { createJobOf } from './service-jobs.js';

/** A step of the activity `createSignatureJob`: what it leaves behind, and where it stands then. */
export interface CreateStep {
  readonly name: string;
  readonly reference: Reference;
  /** Undefined: the attempt failed, and Temporal repeats the activity. */
  readonly process: CreateProcess | undefined;
  readonly isFault: boolean;
}

/** The next steps of an attempt. It uses the product's own functions on a ledger in memory. */
export async function stepsOfCreate(
  process: CreateProcess,
  reference: Reference,
  {
    sendAgainAfter,
    planted,
  }: { readonly sendAgainAfter: number; readonly planted: PlantedError | undefined },
): Promise<readonly CreateStep[]> {
  const ledger = new LedgerInMemory(reference.entry);
  const step = (
    name: string,
    next: CreateProcess | undefined,
    others: Partial<Reference> = {},
  ): CreateStep => ({
    name,
    reference: { ...reference, ...others, entry: ledger.entry },
    process: next,
    isFault: false,
  });
  try {
    switch (process.step) {
      case 'CLAIM': {
        const forgets = planted === 'FORGETS_VANISHED_ATTEMPT';
        const entry = forgets ? ledger.entry : await doubtVanishedAttempt(ledger, ledger.entry);
        const again = planted === 'CREATES_RECORDED_JOB_AGAIN';
        if (entry.created !== undefined && !again) return [step('the ledger has the job', reportOf(entry))];
        const isInDoubt = ambiguousAttemptsOf(entry).some(({ attempt }) => attempt > sendAgainAfter);
        if (isInDoubt) return [step('an attempt is in doubt', reportOf(entry))];
        return [step('reads the ledger', { step: 'BEGIN', claimed: entry })];
      }
      case 'BEGIN': {
        const { claimed } = process;
        const sending = await beginAttempt(ledger, claimed, nextAttemptOf(claimed));
        return [step('begins an attempt', { step: 'SEND', sending })];
      }
      case 'SEND': {
        const job = createJobOf(reference);
        const next: CreateProcess = { step: 'ANSWER', sending: process.sending, made: job.id };
        return [step('the service creates a job', next, { jobs: [...reference.jobs, job] })];
      }
      case 'ANSWER': {
        const { sending, made } = process;
        const lost = step(
          'the answer is lost',
          { step: 'NO_ANSWER', sending },
          { doubts: reference.doubts + 1 },
        );
        const created = { signatureJobId: made, createdAt: '', maskedSigners: ['signer'] };
        const attempt = numberOfLastAttempt(sending);
        const entry = await endAttempt(ledger, sending, { attempt, end: { outcome: 'CREATED', created } });
        return [
          { ...lost, reference: { ...lost.reference, entry: reference.entry }, isFault: true },
          step('records the job', reportOf(entry)),
        ];
      }
      case 'NO_ANSWER': {
        const { sending } = process;
        const end = { outcome: 'AMBIGUOUS', reason: 'no answer' } as const;
        const entry = await endAttempt(ledger, sending, { attempt: numberOfLastAttempt(sending), end });
        return [step('records the doubt', reportOf(entry))];
      }
      case 'REPORT':
        return [];
    }
  } catch (error) {
    if (error instanceof LedgerConflictError) return [step('finds another revision', undefined)];
    throw error;
  }
}

function reportOf(entry: LedgerEntry): CreateProcess {
  const { created } = entry;
  return {
    step: 'REPORT',
    ...(created !== undefined && { created: created.signatureJobId }),
    ambiguous: ambiguousAttemptsOf(entry).length,
    last: numberOfLastAttempt(entry),
  };
}

/** Conditional writes, as storage makes them; without times, so that equal states are equal. */
export class LedgerInMemory implements Pick<ReferenceLedger, 'advance' | 'find'> {
  #entry: LedgerEntry;

  constructor(entry: LedgerEntry) {
    this.#entry = entry;
  }

  get entry(): LedgerEntry {
    return this.#entry;
  }

  find(): Promise<LedgerEntry> {
    return Promise.resolve(this.#entry);
  }

  advance(entry: LedgerEntry, progress: Partial<LedgerEntry>): Promise<LedgerEntry> {
    if (entry.revision !== this.#entry.revision)
      return Promise.reject(new LedgerConflictError(entry.reference, entry.revision + 1));
    const next = { ...entry, ...progress, revision: entry.revision + 1 };
    const attempts = next.attempts.map(({ attempt, outcome }) => ({
      attempt,
      startedAt: '',
      ...(outcome !== undefined && { outcome }),
    }));
    this.#entry = { ...next, attempts };
    return Promise.resolve(this.#entry);
  }
}
