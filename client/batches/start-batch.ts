import { batchWorkflowId, type EmailRecipient } from '@signering/contract';
import type { PrepareOptions } from '../request/prepare-request.js';
import type { BatchJobs } from './batch-jobs.js';
import { noRows, refusalOf, type BatchMistake } from './batch-mistake.js';
import { checkRows, demandBatchReference, type BatchCheck } from './check-batch.js';
import { HandOver } from './hand-over.js';
import type { BatchSource } from './read-batch.js';

/** A batch that was handed over. */
export interface StartedBatch extends BatchCheck {
  readonly reference: string;
  /** For Temporal Web. */
  readonly workflowId: string;
  /** Rows that are new in this batch. */
  readonly added: number;
}

/** The argument of `SigningClient.startBatch`. */
export interface StartBatchRequest extends BatchSource {
  /** The batch's identity: rows that are sent again under it are not sent twice. As the reference of a job. */
  readonly reference: string;
  /** REFUSE: nothing is sent while a row is wrong. SKIP: sends the rows without mistakes. @default REFUSE */
  readonly wrongRows?: 'REFUSE' | 'SKIP' | undefined;
}

/** As `SigningClient.startBatch`. */
export async function startBatch(
  { reference, wrongRows = 'REFUSE', ...source }: StartBatchRequest,
  {
    jobs,
    prepare,
    emailsTo,
  }: {
    readonly jobs: BatchJobs;
    readonly prepare: PrepareOptions;
    readonly emailsTo?: EmailRecipient | undefined;
  },
): Promise<StartedBatch> {
  demandBatchReference(reference);
  const { check, rows } = await checkRows(source, { jobs, prepare, batch: reference });
  if (check.wrong > 0 && wrongRows !== 'SKIP') throw refusalOf(check);
  if (check.right === 0) throw noRows('Nothing was sent', 'every row has mistakes');
  const { organizationNumber, storage } = jobs;
  const batch = { organizationNumber, reference };
  const handOver = new HandOver(batch, { jobs, prepare, source });
  const { added, lists, reopened, before, mistakes } = await handOver.run(rows, wrongRows);
  const record = await storage.batches.find(batch);
  // A worker that knows only the cancellation may have withdrawn rows after they were handed over again, or be about to. Another
  // client may have released the batch meanwhile.
  const wasCancelled = before?.cancelled !== undefined || before?.opened !== record?.opened;
  const hasNews = added > 0 || reopened > 0 || record === undefined || wasCancelled;
  let since: readonly BatchMistake[] = [];
  if (hasNews) {
    const released = await storage.batches.record(batch, {
      event: 'RELEASED',
      at: new Date().toISOString(),
      lists,
    });
    if (wasCancelled || released > (record?.newest ?? 0) + 1) {
      const wrong = new Set(mistakes.map(({ row }) => row));
      const claimed = rows.filter(({ row }) => !wrong.has(row));
      since = await handOver.claimAll(claimed, { renew: true });
    }
  }
  // With a recipient, also after the end: an earlier call may have been broken off before its signal.
  if (hasNews || record.ended === undefined || emailsTo !== undefined) {
    await jobs.signalBatch(batch, emailsTo);
  }
  const handedOver = withMistakes(check, [...mistakes, ...since], source.mostMistakes);
  return { ...handedOver, reference, workflowId: batchWorkflowId(organizationNumber, reference), added };
}

/** What was checked, with rows that became wrong since. */
function withMistakes(
  { moreMistakes = 0, ...check }: BatchCheck,
  mistakes: readonly BatchMistake[],
  mostMistakes = Infinity,
): BatchCheck {
  const ofTemplate = check.mistakes.filter(({ row }) => row === undefined).length;
  const all = [...check.mistakes, ...mistakes];
  const listed = all.slice(0, ofTemplate + mostMistakes);
  const more = moreMistakes + all.length - listed.length;
  return {
    ...check,
    right: check.right - mistakes.length,
    wrong: check.wrong + mistakes.length,
    mistakes: listed,
    ...(more > 0 && { moreMistakes: more }),
  };
}
