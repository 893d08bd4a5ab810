import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { keyOfEmail, type BatchEndedEmail, type EmailOutcome, type JobEmail } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type {
  BatchEmails,
  BatchStore,
  LedgerEntry,
  LedgerKey,
  RecordedEmail,
  ReferenceLedger,
} from '@signering/storage';

/** Where it is recorded that an email is being sent: emails of jobs in the ledger, of batches beside their log. */
export interface ClaimingStorage {
  readonly ledger: Pick<ReferenceLedger, 'find' | 'advance'>;
  readonly batches: Pick<BatchStore, 'find'>;
  readonly batchEmails: BatchEmails;
}

/** The record of one attempt to send an email. Other attempts have other records. */
export interface EmailClaim {
  readonly id: string;
  /** The record may be there, also when its writing failed. */
  readonly isBegun: boolean;
  /** It can be released by a later attempt while this one may still do so: neither removes the claim of another. */
  readonly isReleasedOnce: boolean;
  /** How the email ended before; undefined: it is to be sent. */
  outcomeBefore(): Promise<EmailOutcome | undefined>;
  /** Records that the email is being sent. @throws EndedBefore if another attempt did */
  take(): Promise<void>;
  recordSent(): Promise<void>;
  /** Nothing was sent by this attempt. Only of a claim that is begun. */
  release(): Promise<void>;
}

/** The email ended at another attempt, or says what is no longer true. */
export class EndedBefore extends Error {
  readonly outcome: EmailOutcome;

  constructor(outcome: EmailOutcome) {
    super(`The email ended before: ${outcome}.`);
    this.outcome = outcome;
  }
}

/** @param key of the job or batch @param begunAs the id of an earlier claim, which may be recorded */
export function emailClaimOf(
  email: JobEmail | BatchEndedEmail,
  key: LedgerKey,
  storage: ClaimingStorage,
  begunAs?: string,
): EmailClaim {
  return email.kind === 'BATCH_ENDED'
    ? new BatchEmailClaim(storage, key, email.opened, begunAs)
    : new JobEmailClaim(storage.ledger, key, email, begunAs);
}

/** Pauses between the attempts to record what happened, while the storage fails: later, the next attempt records it. */
const PAUSES_MS = [500, 2000, 8000, 16_000];

/** The most writes of one change: the job's own steps write the entry too. */
const MOST_WRITES = 5;

async function persistently(record: () => Promise<void>): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    try {
      await record();
      return;
    } catch (error) {
      if (error instanceof EndedBefore) return;
      if (error instanceof SigningError && !error.retryable) throw error;
      await setTimeout(pauseMs);
    }
  }
  await record();
}

/** In the job's ledger entry. */
class JobEmailClaim implements EmailClaim {
  readonly isReleasedOnce = true;
  readonly #ledger: ClaimingStorage['ledger'];
  readonly #job: LedgerKey;
  readonly #email: JobEmail;
  readonly id: string;
  #isBegun: boolean;

  constructor(ledger: ClaimingStorage['ledger'], job: LedgerKey, email: JobEmail, begunAs?: string) {
    this.#ledger = ledger;
    this.#job = job;
    this.#email = email;
    this.id = begunAs ?? randomUUID();
    this.#isBegun = begunAs !== undefined;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  async outcomeBefore(): Promise<EmailOutcome | undefined> {
    return outcomeIn(await this.#ledger.find(this.#job), this.#email);
  }

  async take(): Promise<void> {
    this.#isBegun = true;
    await this.#change((entry) => {
      // An earlier write of this attempt may have had its effect.
      if (entry.emails?.some((one) => this.#isOwn(one)) === true) return entry.emails;
      const outcome = outcomeIn(entry, this.#email);
      if (outcome !== undefined) throw new EndedBefore(outcome);
      return [
        ...(entry.emails ?? []),
        { email: keyOfEmail(this.#email), claim: this.id, claimedAt: new Date().toISOString() },
      ];
    });
  }

  async recordSent(): Promise<void> {
    const sentAt = new Date().toISOString();
    const next = ({ emails = [] }: LedgerEntry) =>
      emails.map((one) => (this.#isOwn(one) ? { ...one, sentAt } : one));
    await persistently(() => this.#change(next));
  }

  async release(): Promise<void> {
    const next = ({ emails = [] }: LedgerEntry) => emails.filter((one) => !this.#isOwn(one));
    await persistently(() => this.#change(next));
  }

  #isOwn({ claim }: RecordedEmail): boolean {
    return claim === this.id;
  }

  async #change(next: (entry: LedgerEntry) => readonly RecordedEmail[]): Promise<void> {
    for (let writes = 1; ; writes += 1) {
      const entry = await this.#ledger.find(this.#job);
      if (entry === undefined) throw new EndedBefore('NO_LONGER_TRUE');
      const emails = next(entry);
      if (JSON.stringify(emails) === JSON.stringify(entry.emails ?? [])) return;
      try {
        await this.#ledger.advance(entry, { emails });
        return;
      } catch (error) {
        const isConflict = error instanceof SigningError && error.code === 'LEDGER_CONFLICT';
        if (!isConflict || writes === MOST_WRITES) throw error;
      }
    }
  }
}

/** Beside the batch's log. */
class BatchEmailClaim implements EmailClaim {
  readonly isReleasedOnce = false;
  readonly #storage: Pick<ClaimingStorage, 'batches' | 'batchEmails'>;
  readonly #batch: LedgerKey;
  readonly #opened: number;
  readonly id: string;
  #isBegun: boolean;

  constructor(
    storage: Pick<ClaimingStorage, 'batches' | 'batchEmails'>,
    batch: LedgerKey,
    opened: number,
    begunAs?: string,
  ) {
    this.#storage = storage;
    this.#batch = batch;
    this.#opened = opened;
    this.id = begunAs ?? randomUUID();
    this.#isBegun = begunAs !== undefined;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  async outcomeBefore(): Promise<EmailOutcome | undefined> {
    const { batches, batchEmails } = this.#storage;
    const state = await batchEmails.find(this.#batch, this.#opened);
    if (state !== undefined) return state === 'SENT' ? 'SENT' : 'IN_DOUBT';
    // Rows were released or cancelled since: the batch has another end.
    const record = await batches.find(this.#batch);
    return record?.opened === this.#opened ? undefined : 'NO_LONGER_TRUE';
  }

  async take(): Promise<void> {
    // The batch may have been opened again since the first look.
    const outcome = await this.outcomeBefore();
    if (outcome !== undefined) throw new EndedBefore(outcome);
    this.#isBegun = true;
    if (await this.#storage.batchEmails.claim(this.#batch, this.#opened, this.id)) return;
    throw new EndedBefore((await this.outcomeBefore()) ?? 'IN_DOUBT');
  }

  async recordSent(): Promise<void> {
    await persistently(() => this.#storage.batchEmails.recordSent(this.#batch, this.#opened));
  }

  async release(): Promise<void> {
    await persistently(() => this.#storage.batchEmails.release(this.#batch, this.#opened, this.id));
  }
}

function outcomeIn(entry: LedgerEntry | undefined, email: JobEmail): EmailOutcome | undefined {
  if (entry === undefined || entry.erasing !== undefined || entry.erased !== undefined)
    return 'NO_LONGER_TRUE';
  const known = entry.emails?.find((one) => one.email === keyOfEmail(email));
  if (known !== undefined) return known.sentAt === undefined ? 'IN_DOUBT' : 'SENT';
  const isLate =
    (email.kind === 'DEADLINE' && (entry.settled !== undefined || isPast(email.deadline))) ||
    (email.kind === 'STORAGE_ENDS' &&
      (entry.documentsDeletedAt !== undefined || isPast(email.serviceKeepsUntil)));
  return isLate ? 'NO_LONGER_TRUE' : undefined;
}

function isPast(moment: string): boolean {
  return Date.parse(moment) <= Date.now();
}
