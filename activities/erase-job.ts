import { Context } from '@temporalio/activity';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import {
  documentDeletionWorkflowId,
  duplicateSigningWorkflowId,
  erasureWorkflowId,
  GRPC_STATUS,
  jobEmailsWorkflowId,
  maskedTexts,
  SIGNING_ORGANIZATION,
  SIGNING_REFERENCE,
  signingWorkflowId,
  webhookDeliveryWorkflowId,
  WORKFLOW_TYPES,
  type ErasedHistories,
  type ErasureInput,
  type ErasureResult,
} from '@signering/contract';
import { SigningError } from '@signering/schema';
import {
  isAmbiguous,
  isErasable,
  JobOnHoldError,
  type LedgerEntry,
  type LedgerKey,
  type RecordedErasure,
} from '@signering/storage';
import { signersCheckOf } from './classify-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import { SenderNotAllowedError } from './errors.js';
import { protectedJobs } from './protected-jobs.js';

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'holds' | 'erasure' | 'temporal' | 'senders'>;

const OPEN: readonly string[] = ['RUNNING', 'PAUSED'];
const NOT_PERMITTED: readonly number[] = [GRPC_STATUS.PERMISSION_DENIED, GRPC_STATUS.UNIMPLEMENTED];

export const createEraseJobActivity = ({ ledger, holds, erasure, temporal, senders }: Dependencies) => {
  /** Records that the job is going to be erased, unless it is on hold. @throws JOB_ON_HOLD */
  async function begin(found: LedgerEntry, intent: RecordedErasure): Promise<LedgerEntry> {
    const isBegun = (found.erased ?? found.erasing) !== undefined;
    const held = isBegun ? undefined : await holds.find(found);
    if (held !== undefined) throw new JobOnHoldError('erase the job', held);
    const entry = isBegun ? found : await ledger.advance(found, { erasing: intent });
    // A hold that was placed in the meantime stands: nothing is erased before no hold can be placed any more.
    const hold = await holds.preclude(found, intent);
    if (hold === undefined) return entry;
    const { erasing: _, ...withoutIntent } = entry;
    await ledger.advance(withoutIntent, {});
    throw new JobOnHoldError('erase the job', hold);
  }

  /** Digests of documents that other jobs need: open ones, and those with a legal hold. */
  async function digestsOfOthers({ organizationNumber, reference }: LedgerKey): Promise<ReadonlySet<string>> {
    const digests = new Set<string>();
    for await (const other of protectedJobs({ ledger, holds })) {
      // What an unreadable entry needs is unknown.
      if ('unreadable' in other) throw other.unreadable;
      const { entry } = other;
      if (entry.organizationNumber === organizationNumber && entry.reference === reference) continue;
      for (const { sha256 } of entry.documents) digests.add(sha256);
    }
    return digests;
  }

  return {
    /**
     * Erases what storage and Temporal hold of an ended job. The ledger records the intent first and the result last, so
     * that a repeated call completes an interrupted one.
     * @throws SENDER_NOT_ALLOWED, JOB_NOT_ENDED, JOB_ON_HOLD, STORAGE_UNAVAILABLE (retryable), LEDGER_CONFLICT (retryable)
     */
    eraseJob: async (
      input: Omit<ErasureInput, 'version' | 'storageId'>,
    ): Promise<Omit<ErasureResult, 'version'>> => {
      const { organizationNumber, reference, by, reason } = input;
      const key = { organizationNumber, reference };
      if (!senders.has(organizationNumber))
        throw new SenderNotAllowedError(organizationNumber, 'nothing was erased');
      const found = await ledger.find(key);
      if (found === undefined || !isErasable(found)) throw notEnded(reference);
      const intent = found.erased ??
        found.erasing ?? {
          ...maskedTexts({ reason, ...(by !== undefined && { by }) }),
          at: new Date().toISOString(),
          duplicates: await erasure.listDuplicates(found),
          ...signersCheck(found),
        };
      const entry = await begin(found, intent);

      const searchedAt = Date.now();
      const shared = await digestsOfOthers(key);
      const documents = await erasure.removeDocuments(entry, { shared, searchedAt });
      const keptDocuments = documents.left.length - documents.retained.length;
      const retained = [...documents.retained, ...(await erasure.removeArchive(entry, intent))];
      const workflowIds = [
        signingWorkflowId(organizationNumber, reference),
        documentDeletionWorkflowId(organizationNumber, reference),
        webhookDeliveryWorkflowId(organizationNumber, reference),
        jobEmailsWorkflowId(organizationNumber, reference),
        erasureWorkflowId(organizationNumber, reference),
        ...intent.duplicates.map((id) => duplicateSigningWorkflowId(organizationNumber, id)),
      ];
      const emails = jobEmailsWorkflowId(organizationNumber, reference);
      const histories = await deleteHistories(temporal, emails, [
        ...workflowIds.map((id) => `WorkflowId = '${id}'`),
        // Second jobs without an archive: they still run, or nothing was signed.
        `WorkflowType = '${WORKFLOW_TYPES.duplicateSigning}' AND ${SIGNING_REFERENCE.name} = '${reference}' AND ` +
          `${SIGNING_ORGANIZATION.name} = '${organizationNumber}'`,
      ]);
      retained.push(...(await ledger.erase(entry, intent, documents.left)));
      return { erasedAt: intent.at, keptDocuments, retained, histories };
    },
  };
};

/** Deletes the closed runs that queries find, except that of this activity, and the open run of the job's emails. */
async function deleteHistories(
  temporal: Client,
  emails: string,
  queries: readonly string[],
): Promise<ErasedHistories> {
  const { namespace } = temporal.options;
  const own = Context.current().info.workflowExecution?.runId;
  const result = { deleted: 0, running: 0, refused: 0 };
  const seen = new Set(own === undefined ? [] : [own]);
  for (const query of queries) {
    for await (const { workflowId, runId, status } of temporal.workflow.list({ query })) {
      if (seen.has(runId)) continue;
      seen.add(runId);
      // Temporal terminates a running workflow before it deletes it. Emails of an erased job are not sent.
      if (OPEN.includes(status.name) && workflowId !== emails) {
        result.running += 1;
        continue;
      }
      try {
        const workflowExecution = { workflowId, runId };
        await temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
        result.deleted += 1;
      } catch (error) {
        const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
        if (code === GRPC_STATUS.NOT_FOUND) continue;
        if (code === undefined || !NOT_PERMITTED.includes(code)) throw error;
        result.refused += 1;
      }
    }
  }
  return result;
}

function signersCheck({ attempts, created }: LedgerEntry): Pick<RecordedErasure, 'signersCheck'> {
  const { maskedSigners } = created ?? {};
  if (maskedSigners === undefined || !attempts.some(isAmbiguous)) return {};
  return { signersCheck: signersCheckOf(maskedSigners) };
}

function notEnded(reference: string): SigningError {
  return new SigningError(
    'JOB_NOT_ENDED',
    `Cannot erase the job of reference "${reference}": it has not ended, or its final change is not confirmed yet. ` +
      'Cancel it first (signering cancel), and wait for its outcome.',
    { reference },
  );
}
