import type { BatchDescription } from '@signering/client';
import { SigningError } from '@signering/schema';
import type { DocumentStore } from '../jobs/document-store.js';
import { recipientOf, type SendParts } from '../jobs/send-job.js';
import { languageOf } from '../server/language.js';
import {
  checkTable,
  foundIn,
  MOST,
  NOT_CHECKED,
  type BatchSending,
  type FoundInTable,
} from './batch-check.js';
import type { BatchHead } from './batch-head.js';
import { columnsOf, headerOf, templateOf } from './batch-template.js';
import type { BatchWorkStore } from './batch-work-store.js';
import { parseDescribedBatch } from './described-batch.js';

/** The parts that {@link BatchWork} uses. */
export interface BatchWorkParts extends Pick<SendParts, 'people' | 'url'> {
  readonly batches: BatchWorkStore;
  readonly documents: DocumentStore;
  readonly batchesOf: (organization: string) => BatchSending;
  readonly now: () => Date;
  /** Called with one sentence about an error, without personal data. */
  readonly report: (sentence: string) => void;
}

const SAY_EVERY_MS = 20_000;
/** How old a kept state may become, and at most a tenth of the time goes into reading it. */
const FRESH_MS = 4000;
/** How long the storage may take to say how far a batch is, in milliseconds: it reads every job that is open. */
const FOLLOW_WITHIN_MS = 10 * 60_000;
const SHARE = 10;
/** Of a check: a table that ends the process is not tried without a limit. */
const MOST_ATTEMPTS = 3;

/** Checks tables, hands batches over and follows them: a request does not wait for thousands of rows. */
export class BatchWork {
  readonly #parts: BatchWorkParts;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #tookMs = new Map<string, number>();
  /** By the batch: ends its check once it is checked again. */
  readonly #checks = new Map<string, { readonly round: number; readonly overtaken: AbortController }>();

  constructor(parts: BatchWorkParts) {
    this.#parts = parts;
  }

  /** Works on what no process works on, such as after the end of one. */
  async round(): Promise<void> {
    for (const row of await this.#parts.batches.waiting()) {
      if (this.#stopping.signal.aborted) return;
      await this.#once(row, () => this.#process(row));
    }
  }

  /** Begins to work on a batch, and waits for it at most this long. */
  async begin(row: BatchHead, withinMs: number): Promise<void> {
    await within(
      this.#once(row, () => this.#process(row)),
      withinMs,
    );
  }

  /** Reads how far a batch is, unless that was done lately; waits at most this long. */
  async refresh(row: BatchHead, withinMs: number): Promise<void> {
    const { id, stage, checked_at: checkedAt, ended_at: endedAt } = row;
    if (stage !== 'SENT') return;
    if (endedAt !== null && parseDescribedBatch(row.described) !== undefined) return;
    const freshMs = Math.max(FRESH_MS, SHARE * (this.#tookMs.get(id) ?? 0));
    if (checkedAt !== null && Number(this.#parts.now()) - Number(checkedAt) < freshMs) return;
    await within(
      this.#once(row, () => this.#follow(row)),
      withinMs,
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  /** Does not begin what runs already. What fails is reported, and tried again later. */
  #once({ id, round, stage }: BatchHead, work: () => Promise<void>): Promise<void> {
    const key = `${id}/${round}/${stage}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = work()
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        const name =
          error instanceof SigningError ? error.code : error instanceof Error ? error.name : 'unknown';
        this.#parts.report(`The work on a batch failed: ${name}. It is tried again.`);
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  async #process(row: BatchHead): Promise<void> {
    const { batches } = this.#parts;
    const attempt = await batches.take(row);
    if (attempt === undefined) return;
    if (row.stage === 'CHECKING' && attempt > MOST_ATTEMPTS) {
      await batches.saveFound(row, NOT_CHECKED, null);
      return;
    }
    const overtaken = new AbortController();
    const saying = setInterval(() => {
      batches.keepTaken(row).then(
        (isOurs) => {
          if (!isOurs) overtaken.abort();
        },
        () => undefined,
      );
    }, SAY_EVERY_MS);
    try {
      await (row.stage === 'CHECKING' ? this.#check(row, overtaken) : this.#send(row));
    } catch (error) {
      if (overtaken.signal.aborted && row.stage === 'CHECKING') return;
      const isOutside = error instanceof SigningError && error.retryable;
      if (isOutside || this.#stopping.signal.aborted) await batches.forgetAttempt(row);
      throw error;
    } finally {
      clearInterval(saying);
    }
  }

  /** @param overtaken aborted once the batch is checked again: an older check is of no use, and takes memory */
  async #check(row: BatchHead, overtaken: AbortController): Promise<void> {
    const other = this.#checks.get(row.id);
    if (other !== undefined && other.round > row.round) return;
    other?.overtaken.abort();
    this.#checks.set(row.id, { round: row.round, overtaken });
    const signal = AbortSignal.any([this.#stopping.signal, overtaken.signal]);
    try {
      await this.#find(row, signal);
    } finally {
      if (this.#checks.get(row.id)?.overtaken === overtaken) this.#checks.delete(row.id);
    }
  }

  async #find(row: BatchHead, signal: AbortSignal): Promise<void> {
    const { batches, batchesOf } = this.#parts;
    const source = await this.#sourceOf(row);
    if (source === undefined) return;
    const { templateVersion, ...rest } = source;
    const { reference } = row;
    const found = await checkTable(batchesOf(row.organization), { ...rest, reference }, signal);
    await batches.saveFound(row, found, templateVersion);
  }

  async #send(row: BatchHead): Promise<void> {
    const { batches, batchesOf } = this.#parts;
    const source = await this.#sourceOf(row);
    if (source === undefined) return;
    const { table, template } = source;
    const emailsTo = await recipientOf(row, `/batches/${row.id}`, this.#parts);
    const wrongRows = row.skips_wrong ? 'SKIP' : 'REFUSE';
    let found: FoundInTable | undefined;
    try {
      const started = await batchesOf(row.organization).startBatch(
        { reference: row.reference, table, template, wrongRows, ...MOST },
        { signal: this.#stopping.signal, emailsTo },
      );
      found = foundIn(started);
    } catch (error) {
      if (!(error instanceof SigningError) || error.retryable) throw error;
      if (!(await this.#isReleased(row))) {
        await batches.abandonSending(row, error.code);
        return;
      }
      // It may have failed before its signal. A failure here leaves the batch to the next attempt.
      const { signal } = this.#stopping;
      await batchesOf(row.organization).batches.wake(row.reference, { signal, emailsTo });
      // Rows may have become wrong since the first check, such as those that another batch claimed.
      const checked = await checkTable(
        batchesOf(row.organization),
        { table, template, reference: row.reference },
        signal,
      );
      found = checked.isUnusable ? undefined : checked;
    }
    await batches.finishSending(row, found);
  }

  /** Whether a hand-over that was refused released rows before. If not, those that it has claimed are withdrawn. */
  async #isReleased({ organization, reference }: BatchHead): Promise<boolean> {
    const orders = this.#parts.batchesOf(organization).batches;
    const { signal } = this.#stopping;
    const described = await orders.get(reference, { signal }).catch(undefinedWithoutBatch);
    if (described !== undefined && described.state !== 'CANCELLED') return true;
    const reason = 'The hand-over was refused';
    await orders.cancel(reference, { by: 'sender-portal', reason, signal }).catch(undefinedWithoutBatch);
    return false;
  }

  async #sourceOf(row: BatchHead) {
    const workload = await this.#parts.batches.workloadOf(row);
    if (workload === undefined) return undefined;
    const { content, table, templateVersion } = workload;
    const documents = await this.#parts.documents.contents(row.template_id);
    const header = headerOf(table);
    const language = languageOf(row.language ?? undefined, undefined);
    const columns = columnsOf(content, documents, { language, header });
    return {
      // A person's table is CSV, also under another name.
      table: { content: table },
      template: templateOf(content, documents, { columns, header }),
      templateVersion,
    };
  }

  async #follow(row: BatchHead): Promise<void> {
    const { batches, batchesOf } = this.#parts;
    const start = performance.now();
    const { signal } = this.#stopping;
    const described: BatchDescription = await batchesOf(row.organization).batches.get(row.reference, {
      signal,
      timeoutMs: FOLLOW_WITHIN_MS,
    });
    this.#tookMs.set(row.id, performance.now() - start);
    const { endedAt } = described;
    await batches.saveProgress(
      row.id,
      JSON.stringify(described),
      endedAt === undefined ? undefined : new Date(endedAt),
    );
  }
}

function undefinedWithoutBatch(error: unknown): undefined {
  if (!(error instanceof SigningError) || error.code !== 'BATCH_NOT_FOUND') throw error;
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
