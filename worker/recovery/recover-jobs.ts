import { Client } from '@temporalio/client';
import { SIGNING_ORGANIZATION, SIGNING_REFERENCE, WORKFLOW_TYPES } from '@signering/contract';
import { archiveFaultOf } from '@signering/activities';
import { checkKeyFingerprints, createJsonEncryption, createPayloadCodec } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import { loadClientSettings, type ClientSettings, type Environment } from '@signering/settings';
import {
  demandStorageId,
  isAmbiguous,
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
import { repairOpenJob, type OpenJobFinding } from '../repair-open-job.js';
import { LOST_DOCUMENTS_REMEDY, reopen, repairLedgerOf, type LedgerRepair } from './repair-ledger.js';

/** The argument of {@link recoverJobs}. */
export interface RecoverJobsOptions {
  /** Settings of a client, with the rights of a worker in the storage. */
  readonly env: Environment;
  /** The sender whose jobs are recovered. @default the one in the settings */
  readonly organizationNumber?: string | undefined;
  /** The storage is a copy from before the last writes. @default false */
  readonly storageRestored?: boolean | undefined;
}

/** What was found out about a job, and done. */
export interface RecoveredJob {
  readonly reference: string;
  /**
   * OPEN: its workflow runs. RESTARTED: its workflow was started. ARCHIVED: the poller of its queue confirms it. LEDGER_WRITTEN:
   * the ledger lacked what its workflow knew. NEEDS_OPERATOR: see `reason`.
   */
  readonly result: 'OPEN' | 'RESTARTED' | 'ARCHIVED' | 'LEDGER_WRITTEN' | 'NEEDS_OPERATOR';
  readonly reason?: string;
}

const RESULTS = {
  RUNNING: { result: 'OPEN' },
  RESTARTED: { result: 'RESTARTED' },
  SETTLED: { result: 'ARCHIVED' },
  ABANDONED: {
    result: 'NEEDS_OPERATOR',
    reason: 'Its workflow ended before a job was created. Correct the cause, and send the same job again.',
  },
  LEFT: {
    result: 'NEEDS_OPERATOR',
    reason: 'Its workflow has failed or completed. signering status REF says how it stands.',
  },
} as const satisfies Record<OpenJobFinding, Omit<RecoveredJob, 'reference'>>;

const IN_DOUBT =
  'Storage was restored: it is unknown whether the job was sent. Look for it in the sender portal of the service. ' +
  'With SIGNERING_AMBIGUOUS_CREATE=retry the workers send it again; with ask they wait for: signering repair REF send-again.';

const ENDED_IN_DOUBT =
  'Storage was restored, and the workflow of the job has ended: it is unknown whether the job was sent. Look for it in the ' +
  'sender portal of the service. Send the same job again only if it is not there.';

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
    if (this.#options.storageRestored === true) yield* this.#repairLedger();
    yield* this.#restartOpenJobs();
  }

  async *#repairLedger(): AsyncGenerator<RecoveredJob> {
    const { storage, temporal } = this.#options;
    const types = [WORKFLOW_TYPES.portalSigning, WORKFLOW_TYPES.directSigning];
    const query =
      `${SIGNING_ORGANIZATION.name} = '${this.#organizationNumber}' AND ` +
      `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;
    const seen = new Set<string>();
    // The newest runs first.
    for await (const workflow of temporal.workflow.list({ query })) {
      if (seen.has(workflow.workflowId)) continue;
      seen.add(workflow.workflowId);
      try {
        const repair = await repairLedgerOf(workflow, this.#organizationNumber, {
          storage,
          temporal,
          encryption: this.#repair.encryption,
        });
        if (repair !== undefined) yield* describeRepair(repair);
      } catch (error) {
        if (isOutage(error)) throw error;
        const reference = workflow.typedSearchAttributes.get(SIGNING_REFERENCE) ?? workflow.workflowId;
        yield { reference, result: 'NEEDS_OPERATOR', reason: messageOf(error) };
      }
    }
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
      const { reference } = entry;
      try {
        const current = await this.#withArchive(entry, pollers);
        const doubted = this.#options.storageRestored === true ? await this.#doubt(current) : undefined;
        const finding = await repairOpenJob(doubted ?? current, this.#repair);
        if (finding !== 'ABANDONED' && finding !== 'LEFT') await pollers.ensure(entry);
        if (doubted !== undefined) {
          const reason = finding === 'ABANDONED' ? ENDED_IN_DOUBT : IN_DOUBT;
          yield { reference, result: 'NEEDS_OPERATOR', reason };
        } else yield { reference, ...RESULTS[finding] };
      } catch (error) {
        if (isOutage(error)) throw error;
        yield { reference, result: 'NEEDS_OPERATOR', reason: messageOf(error) };
      }
    }
  }

  /**
   * Reopens a settled entry whose documents are not in the archive, if the storage was restored.
   * @throws DOCUMENT_MISSING if it was not restored; STORED_CONTENT_DAMAGED
   */
  async #withArchive(entry: LedgerEntry, pollers: QueuePollers): Promise<LedgerEntry> {
    const { storage, storageRestored = false } = this.#options;
    const job = settledJobOf(entry);
    const fault = job === undefined ? undefined : await archiveFaultOf(job, storage.archive);
    if (fault === undefined) return entry;
    if (storageRestored && fault.code === 'DOCUMENT_MISSING') return reopen(entry, storage.ledger);
    // Its queue shows the change as undelivered until the archive is restored.
    await pollers.ensure(entry);
    throw new SigningError(
      fault.code,
      `The ledger says that the job is archived, and ${fault.what}. Its final change stays unconfirmed. Restore the archive, ` +
        'or run signering recover --storage-restored.',
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

function* describeRepair({ reference, missing, repair }: LedgerRepair): Generator<RecoveredJob> {
  // A workflow that was ended is reported when it is started again.
  if (repair === 'LEDGER_WRITTEN') yield { reference, result: 'LEDGER_WRITTEN' };
  if (repair !== 'DOCUMENTS_LOST' && repair !== 'CONFIRMATION_IN_DOUBT') return;
  const confirmed =
    repair === 'DOCUMENTS_LOST'
      ? 'the job is confirmed.'
      : 'the job may be confirmed. A new workflow archives again what the service still has.';
  const reason = `Storage has lost ${missing.join(', ')}, and ${confirmed} ${LOST_DOCUMENTS_REMEDY}`;
  yield { reference, result: 'NEEDS_OPERATOR', reason };
}
