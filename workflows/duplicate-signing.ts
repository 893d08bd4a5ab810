import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  portalStatusChangeSignal,
  type ArchiveLocation,
  type DuplicateSigningInput,
  type RecordedDecision,
  type SigningOutcome,
} from '@signering/contract';
import { isFinal, type ErrorCode, type PortalStatusChange } from '@signering/schema';
import { archiveOutcome, confirmOutcome } from './activities.js';
import { FOLLOW_AFTER_END_MS } from './deadlines.js';
import { DuplicateAlarms } from './duplicate-alarms.js';
import { fetchSignedDocuments } from './fetch-signed-documents.js';
import { followQueue } from './followed-queue.js';
import { demandInputVersion } from './input-version.js';
import { JobEvents } from './job-events.js';
import { portalJobChange, portalSignersNamed } from './portal-signers.js';
import { outcomeOf, signersAfter } from './signers.js';
import { ReusedTimer } from './reused-timer.js';
import { conditionWithAlarms } from './signatures-at-service.js';
import type { FollowedQueue } from './signing-context.js';
import { withdrawJob } from './withdraw-job.js';

const ERASED: ErrorCode = 'JOB_ERASED';

/** The result of the workflow `duplicateSigning`. */
export interface DuplicateSigningResult {
  readonly version: 1;
  readonly signatureJobId: string;
  /** How the duplicate ended. */
  readonly outcome: SigningOutcome;
  /** Absent when nothing was signed, or the reference was erased. */
  readonly archive?: ArchiveLocation;
}

/**
 * Ends a second job, which an ambiguous attempt made: withdraws it if it is live, archives in `duplicates/` what was
 * signed, and confirms its final change. The outcome of the reference is another job's. Archives nothing of an erased reference.
 */
export async function duplicateSigning(input: DuplicateSigningInput): Promise<DuplicateSigningResult> {
  demandInputVersion(input);
  const { organizationNumber, reference, pollingQueue, signatureJobId, contentDigest, sent } = input;
  let newest = input.change;
  const known = () => newest;
  const final = () => (newest !== undefined && isFinal(newest) ? newest : undefined);
  const events = new JobEvents({ flow: 'PORTAL', organizationNumber, reference });
  if (input.webhooks === true) events.want();
  const alarms = new DuplicateAlarms(input, events);
  setHandler(portalStatusChangeSignal, ({ change }) => {
    newest = final() === undefined || isFinal(change) ? change : newest;
    alarms.note(change);
  });
  alarms.show('WAITING_FOR_SIGNERS', 'waits for its end');
  if (newest !== undefined) alarms.note(newest);
  await condition(() => newest !== undefined);
  const queue = { organizationNumber, flow: 'PORTAL', pollingQueue } as const;
  if (final() === undefined) {
    await followQueue({ queue }, Date.now() + 2 * FOLLOW_AFTER_END_MS);
    await withdrawJob(known()?.cancellationUrl);
  }
  const change = await finalChange(queue, final, alarms);
  const job = { organizationNumber, reference, ...input.settledJob, duplicateJobId: signatureJobId };
  const decisions: RecordedDecision[] = [];
  const outcome = outcomeOf(portalJobChange([], change));
  alarms.show('ARCHIVING', 'archives what was signed');
  const archive = await unlessErased(async () => {
    const received = await fetchSignedDocuments({
      job,
      sent,
      // The poller starts this workflow from the ledger, which holds no identity numbers.
      identityNumbers: new Map(),
      newestChange: () => portalJobChange([], final() ?? change),
      alarms,
      decided: (decision) => void decisions.push(decision),
      report: (broken) => {
        alarms.show(
          broken === undefined ? 'ARCHIVING' : 'ARCHIVE_BROKEN',
          broken ?? 'archives what was signed',
        );
        if (broken !== undefined)
          events.needsOperator({ state: 'ARCHIVE_BROKEN', signatureJobId, duplicate: true });
      },
    });
    if (received.length === 0) return undefined;
    return archiveOutcome({
      flow: 'PORTAL',
      job,
      outcome,
      signers: signersAfter(portalSignersNamed(change), portalJobChange([], change)),
      contentDigest,
      sent,
      received,
      startedAt: workflowInfo().startTime.toISOString(),
      ...(decisions.length > 0 && { decisions }),
    });
  });
  alarms.archived();
  await confirmOutcome({ confirmationUrl: change.confirmationUrl });
  await events.end();
  return { version: 1, signatureJobId, outcome, ...(archive !== undefined && { archive }) };
}

/** @returns undefined when the reference was erased meanwhile: nothing of the duplicate is kept */
async function unlessErased<Result>(archiving: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await archiving();
  } catch (error) {
    const { cause } = error instanceof ActivityFailure ? error : {};
    if (!(cause instanceof ApplicationFailure) || cause.type !== ERASED) throw error;
    return undefined;
  }
}

/** Waits for the final change. A job that cannot be withdrawn may last months; its queue is followed until it ends. */
async function finalChange(
  queue: FollowedQueue,
  known: () => PortalStatusChange | undefined,
  alarms: DuplicateAlarms,
): Promise<PortalStatusChange> {
  const timer = new ReusedTimer();
  for (;;) {
    const change = known();
    if (change !== undefined) return change;
    const came = await conditionWithAlarms(() => known() !== undefined, {
      alarms,
      timer,
      timeoutMs: FOLLOW_AFTER_END_MS,
      summary: 'Until the queue has to be followed further',
    });
    if (!came) await followQueue({ queue }, Date.now() + 2 * FOLLOW_AFTER_END_MS);
  }
}
