import { Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { SIGNING_ORGANIZATION, SIGNING_REFERENCE, WORKFLOW_TYPES } from '@signering/contract';
import { archiveFaultOf } from '@signering/activities';
import { checkKeyFingerprints, createJsonEncryption, createPayloadCodec } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import { loadClientSettings, type ClientSettings, type Environment } from '@signering/settings';
import {
  demandStorageId,
  isAmbiguous,
  isUnsettled,
  LedgerConflictError,
  openStorage,
  settledJobOf,
  type LedgerEntry,
  type Storage,
} from '@signering/storage';
import { isOutage } from '../outage.js';
import { createLogger } from '../logger.js';
import { QueuePollers } from '../queue-pollers.js';
import { registerSearchAttributes } from '../search-attributes.js';
import { connectToTemporal } from '../temporal-connections.js';
import { hasOpenJob, repairOpenJob } from '../repair-open-job.js';
import {
  describeRepair,
  ENDED_IN_DOUBT,
  IN_DOUBT,
  LOST_AND_REOPENED,
  RESULTS,
  type RecoveredJob,
} from './recovered-job.js';
import { endIfSettled, reopen, repairLedgerOf } from './repair-ledger.js';

/** The argument of {@link recoverJobs}. */
export interface RecoverJobsOptions {
  /** Settings of a client, with the rights of a worker in the storage. */
  readonly env: Environment;
  /** The sender whose jobs are recovered. @default the one in the settings */
  readonly organizationNumber?: string | undefined;
  /** The storage is a copy from before the last writes. @default false */
  readonly storageRestored?: boolean | undefined;
}

/** Attempts at one job while other processes write its entry. */
const MOST_ATTEMPTS = 5;

/**
 * Takes up the jobs of a sender after Temporal or the storage was lost: every unsettled ledger entry gets a running
 * workflow, and every queue a poller. With `storageRestored` the ledger first gets what the workflows know, and an entry
 * without a job counts as one whose create call had no answer. Idempotent. Workers must not run meanwhile.
 * @throws INVALID_SETTINGS, KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
 */
export async function* recoverJobs(options: RecoverJobsOptions): AsyncGenerator<RecoveredJob> {
  const settings = loadClientSettings(options.env);
  const storage = await openStorage({ ...settings, location: settings.storage });
  await demandStorageId(storage.storageIdentity);
  await checkKeyFingerprints(settings.keys, storage.keyFingerprints);
  const { signals: connection, close } = await connectToTemporal(settings.temporal);
  try {
    const { namespace } = settings.temporal;
    // Temporal may be new and empty.
    await registerSearchAttributes(connection, namespace);
    const dataConverter = { payloadCodecs: [createPayloadCodec(settings.keys)] };
    const temporal = new Client({ connection, namespace, dataConverter });
    yield* new Recovery(settings, { ...options, storage, temporal }).run();
  } catch (error) {
    if (error instanceof SigningError || !isOutage(error)) throw error;
    throw new SigningError(
      'TEMPORAL_UNAVAILABLE',
      'Temporal stopped to answer; the jobs that are listed are done. Run the command again.',
      { cause: error },
    );
  } finally {
    await close();
  }
}

interface RecoveryOptions extends RecoverJobsOptions {
  readonly storage: Storage;
  readonly temporal: Client;
}

class Recovery {
  readonly #options: RecoveryOptions;
  readonly #organizationNumber: string;
  /** As the walk of a worker repairs entries. */
  readonly #repair;

  constructor(settings: ClientSettings, options: RecoveryOptions) {
    const { storage, temporal } = options;
    this.#options = options;
    this.#organizationNumber = options.organizationNumber ?? settings.organizationNumber;
    this.#repair = {
      ...storage,
      temporal,
      encryption: createJsonEncryption(settings.keys),
      taskQueue: settings.taskQueue ?? 'signering',
      logger: createLogger('error'),
      // No client claims a reference at this moment: also the youngest claim is taken up.
      intervalMs: 0,
    };
  }

  async *run(): AsyncGenerator<RecoveredJob> {
    yield* this.#compareWithTemporal();
    yield* this.#restartOpenJobs();
  }

  /** Only a storage that is older than Temporal lacks what ended workflows know. */
  async *#compareWithTemporal(): AsyncGenerator<RecoveredJob> {
    const { temporal, storageRestored = false } = this.#options;
    const types = [WORKFLOW_TYPES.portalSigning, WORKFLOW_TYPES.directSigning];
    const query =
      `${SIGNING_ORGANIZATION.name} = '${this.#organizationNumber}' AND ` +
      `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})` +
      (storageRestored ? '' : ` AND ExecutionStatus = 'Running'`);
    const seen = new Set<string>();
    // The newest runs first.
    for await (const workflow of temporal.workflow.list({ query })) {
      if (seen.has(workflow.workflowId)) continue;
      seen.add(workflow.workflowId);
      const reference = workflow.typedSearchAttributes.get(SIGNING_REFERENCE) ?? workflow.workflowId;
      yield* await this.#outcomesOf(reference, () => this.#compare(reference, workflow));
    }
  }

  async #compare(reference: string, workflow: WorkflowExecutionInfo): Promise<readonly RecoveredJob[]> {
    const { storage, temporal, storageRestored = false } = this.#options;
    const options = { storage, temporal, encryption: this.#repair.encryption };
    if (await endIfSettled(workflow, { organizationNumber: this.#organizationNumber, reference }, options))
      return [{ reference, result: 'ENDED' }];
    if (!storageRestored) return [];
    const repair = await repairLedgerOf(workflow, this.#organizationNumber, options);
    return repair === undefined ? [] : [...describeRepair(repair)];
  }

  async *#restartOpenJobs(): AsyncGenerator<RecoveredJob> {
    const pollers = new QueuePollers(this.#repair);
    for await (const unsettled of this.#options.storage.ledger.unsettled()) {
      if ('unreadable' in unsettled) {
        const reason = `Its ledger entry cannot be read. Restore it. ${unsettled.unreadable.message}`;
        yield { reference: unsettled.position, result: 'NEEDS_OPERATOR', reason };
        continue;
      }
      const { entry } = unsettled;
      if (entry.organizationNumber !== this.#organizationNumber) continue;
      yield* await this.#outcomesOf(entry.reference, () => this.#takeUp(entry, pollers));
    }
  }

  /** Repeats what met a write of another process, such as a second run of the command. */
  async #outcomesOf(
    reference: string,
    attempt: () => Promise<readonly RecoveredJob[]>,
  ): Promise<readonly RecoveredJob[]> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (isOutage(error)) throw error;
        if (error instanceof LedgerConflictError && attempts < MOST_ATTEMPTS) continue;
        return [{ reference, result: 'NEEDS_OPERATOR', reason: messageOf(error) }];
      }
    }
  }

  async #takeUp(listed: LedgerEntry, pollers: QueuePollers): Promise<readonly RecoveredJob[]> {
    const { storage, storageRestored = false } = this.#options;
    const { reference } = listed;
    const entry = await storage.ledger.find(listed);
    // Another process has ended it since it was listed.
    if (entry === undefined || !isUnsettled(entry)) return [];
    const reopened = await this.#reopened(entry, pollers);
    const current = reopened ?? entry;
    const doubted = storageRestored ? await this.#doubt(current) : undefined;
    const finding = await repairOpenJob(doubted ?? current, this.#repair);
    if (hasOpenJob(finding)) await pollers.ensure(entry);
    if (doubted !== undefined) {
      const reason = finding === 'ABANDONED' ? ENDED_IN_DOUBT : IN_DOUBT;
      return [{ reference, result: 'NEEDS_OPERATOR', reason }];
    }
    const found = { reference, ...RESULTS[finding] };
    return reopened === undefined
      ? [found]
      : [{ reference, result: 'NEEDS_OPERATOR', reason: LOST_AND_REOPENED }, found];
  }

  /**
   * Reopens a settled entry whose documents are not in the archive, if the storage was restored.
   * @returns undefined if the archive is complete
   * @throws DOCUMENT_MISSING if it was not restored; STORED_CONTENT_DAMAGED
   */
  async #reopened(entry: LedgerEntry, pollers: QueuePollers): Promise<LedgerEntry | undefined> {
    const { storage, storageRestored = false } = this.#options;
    const job = settledJobOf(entry);
    const fault = job === undefined ? undefined : await archiveFaultOf(job, storage.archive);
    if (fault === undefined) return undefined;
    if (storageRestored && fault.code === 'DOCUMENT_MISSING') return reopen(entry, storage.ledger);
    // Its queue shows the change as undelivered until the archive is restored.
    await pollers.ensure(entry);
    throw new SigningError(
      fault.code,
      `The ledger says that the job is archived, and ${fault.what}. Its final change may be confirmed already; if not, it ` +
        `stays unconfirmed. ${fault.remedy}`,
      { reference: entry.reference, cause: fault.cause },
    );
  }

  /** Records that the job may have been sent. @returns the new entry, undefined if the ledger says more already */
  async #doubt(entry: LedgerEntry): Promise<LedgerEntry | undefined> {
    if (entry.created !== undefined || entry.settled !== undefined || entry.attempts.some(isAmbiguous))
      return undefined;
    const attempt = (entry.attempts.at(-1)?.attempt ?? 0) + 1;
    const reason = 'storage was restored from a backup: it is unknown whether the job was sent';
    const startedAt = new Date().toISOString();
    return this.#options.storage.ledger.advance(entry, {
      attempts: [
        ...entry.attempts.filter(({ outcome }) => outcome !== undefined),
        { attempt, startedAt, outcome: 'AMBIGUOUS', reason },
      ],
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
