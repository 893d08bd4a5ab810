import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  BULK_PRIORITY,
  FLOWS,
  signingStartOptionsOf,
  WORKFLOW_TYPES,
  type DirectSigningInput,
  type Flow,
  type PortalSigningInput,
} from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import { demandVersion, SigningError } from '@signering/schema';
import { demandStorageId, StoredContentDamagedError, type LedgerEntry } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** Timeout of a call to Temporal, in milliseconds. */
export const ANSWER_WITHIN_MS = 10_000;

/**
 * Starts the workflow of a claimed job by the input in its ledger entry.
 * @returns false if another process started it, or if it has an outcome
 * @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED when the input is unusable; VERSION_NOT_SUPPORTED for a flow or an input of a
 * later version; errors of Temporal's client
 */
export async function startClaimedJob(
  entry: LedgerEntry,
  {
    storageIdentity,
    encryption,
    temporal,
    taskQueue,
  }: Pick<ActivityDependencies, 'storageIdentity' | 'encryption' | 'temporal' | 'taskQueue'>,
): Promise<boolean> {
  // This storage, also if the input named none or the storage was restored under a new id.
  const storageId = await demandStorageId(storageIdentity);
  const flow = flowOf(entry);
  const options = signingStartOptionsOf(flow, { ...(await inputOf(entry, encryption)), storageId });
  const type = flow === 'PORTAL' ? WORKFLOW_TYPES.portalSigning : WORKFLOW_TYPES.directSigning;
  const priority = entry.batch === undefined ? {} : { priority: BULK_PRIORITY };
  try {
    await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.workflow.start(type, { ...options, ...priority, taskQueue, workflowIdConflictPolicy: 'FAIL' }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** The flow of an entry. @throws VERSION_NOT_SUPPORTED for one that only a later version runs */
export function flowOf({ flow, reference }: LedgerEntry): Flow {
  const known = FLOWS.find((one) => one === flow);
  if (known !== undefined) return known;
  throw new SigningError(
    'VERSION_NOT_SUPPORTED',
    `Neither the workflow nor the poller of reference "${reference}" was started: its flow is ${flow}, which this version ` +
      'does not know. Upgrade the workers: the next round starts them.',
    { reference },
  );
}

/** The workflow's input from the claim, which must belong to the entry. */
async function inputOf(
  { input, organizationNumber, reference, contentDigest }: LedgerEntry,
  encryption: JsonEncryption,
): Promise<PortalSigningInput | DirectSigningInput> {
  const what = `the encrypted input in the ledger entry of reference "${reference}"`;
  // Erased entries are not unsettled.
  if (input === undefined) throw new StoredContentDamagedError(what, 'is missing');
  const decrypted = (await encryption.decrypt(input)) as PortalSigningInput | DirectSigningInput;
  demandVersion(decrypted, { what, upgrade: 'the workers' });
  const isOwn =
    decrypted.organizationNumber === organizationNumber &&
    decrypted.reference === reference &&
    decrypted.contentDigest === contentDigest;
  if (isOwn) return decrypted;
  throw new StoredContentDamagedError(what, 'belongs to another entry');
}
