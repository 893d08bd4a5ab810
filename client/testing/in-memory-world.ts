import {
  batchWorkflowId,
  signingWorkflowId,
  type BatchIdentity,
  type SigningOutcome,
} from '@signering/contract';
import { createJsonEncryption, generateKey, type EncryptionKeys } from '@signering/encryption';
import type { IdentityNumberCheck, Sector, SigningError } from '@signering/schema';
import type { ArchivedJob, LedgerKey } from '@signering/storage';
import type { BatchJobs } from '../batches/batch-jobs.js';
import type { CallOptions } from '../call-options.js';
import type { DeletedDocuments } from '../document-deletion.js';
import type { ClaimOptions } from '../claim-job.js';
import { CallRefusedError, ClientClosedError, JobNotEndedError } from '../errors.js';
import { ExitVisits } from '../exit-visits.js';
import { cursorOf, positionIn } from '../job-cursor.js';
import { ofOrganization, readJobFilter, type JobFilter } from '../job-filter.js';
import type { JobView } from '../job-views.js';
import type { JobPage, JobSummary, ListJobsOptions } from '../job-list.js';
import type { ArchivedJobs } from '../signed-document.js';
import type { StartedJob } from '../start-signing.js';
import { advanceBatch } from './in-memory-batch.js';
import { archiveOf } from './in-memory-documents.js';
import { InMemoryJob, type InMemoryInput } from './in-memory-job.js';
import { InMemoryStorage } from './in-memory-storage.js';

/** The argument of `InMemorySigningClient`. */
export interface InMemoryOptions {
  /** The sender, nine digits. @default 910000007 */
  readonly organizationNumber?: string | undefined;
  /** Absent: sector rules are left out. */
  readonly sector?: Sector | undefined;
  /** Whether check digits of identity numbers are checked. @default on */
  readonly identityNumberCheck?: IdentityNumberCheck | undefined;
  /** Polling queue of jobs that name none. @default signering-workflows */
  readonly pollingQueue?: string | undefined;
}

/** What the in-memory clients of one test share: jobs of all senders, and what is kept of them. */
export class InMemoryWorld {
  readonly storage = new InMemoryStorage();
  readonly keys: EncryptionKeys = [generateKey('in-memory')];
  readonly visits = new ExitVisits();
  /** With which the next calls fail, in their order. */
  readonly failures: SigningError[] = [];
  #isClosed = false;
  /** By workflow id, the oldest first. */
  readonly #jobs = new Map<string, InMemoryJob>();
  /** By workflow id. */
  readonly #batches = new Map<string, BatchIdentity>();

  claimOptionsOf(organizationNumber: string): ClaimOptions {
    return { organizationNumber, storage: this.storage, encryption: createJsonEncryption(this.keys) };
  }

  /** @param bounded makes a call */
  batchJobsOf(organizationNumber: string, bounded: BatchJobs['bounded']): BatchJobs {
    return {
      ...this.claimOptionsOf(organizationNumber),
      storage: this.storage,
      signalBatch: async (batch) => {
        this.#batches.set(batchWorkflowId(batch.organizationNumber, batch.reference), batch);
        await advanceBatch(batch, this);
      },
      bounded: (options, action) =>
        bounded(options, async (signal) => {
          for (const batch of this.#batches.values()) await advanceBatch(batch, this);
          return action(signal);
        }),
    };
  }

  archivedJobsOf(organizationNumber: string): ArchivedJobs {
    const { storage } = this;
    return {
      storage,
      findEntry: (reference) => storage.ledger.find({ organizationNumber, reference }),
    };
  }

  find({ organizationNumber, reference }: LedgerKey): InMemoryJob | undefined {
    return this.#jobs.get(signingWorkflowId(organizationNumber, reference));
  }

  /** Starts the job of a claimed reference, or returns the one that was started before. */
  start(started: InMemoryInput): InMemoryJob {
    const known = this.find(started.input);
    if (known !== undefined) {
      known.restart();
      return known;
    }
    const job = new InMemoryJob(started, (ended, outcome) => this.#archive(ended, outcome));
    const { signatureJobId, startedAt: createdAt, identity } = job;
    this.storage.ledger.advance(identity, { created: { signatureJobId, createdAt } });
    this.#jobs.set(signingWorkflowId(identity.organizationNumber, identity.reference), job);
    return job;
  }

  #archive(job: InMemoryJob, outcome: SigningOutcome) {
    const { signatureJobId, startedAt: createdAt, identity } = job;
    const { organizationNumber, reference } = identity;
    const archived: ArchivedJob = { organizationNumber, reference, signatureJobId, createdAt };
    const location = archiveOf({ job, outcome, archived }, this.storage.archive);
    const settled = { outcome, folder: location.folder, settledAt: new Date().toISOString() };
    this.storage.ledger.advance(identity, { settled });
    return location;
  }

  /** @throws JOB_NOT_ENDED, DOCUMENTS_NOT_DELETABLE */
  async deleteDocuments({ identity, signatureJobId, outcome }: InMemoryJob): Promise<DeletedDocuments> {
    const { reference } = identity;
    if (outcome === undefined) throw new JobNotEndedError(reference);
    if (outcome !== 'SIGNED') {
      const reason = `the job has ended with ${outcome}, so the service holds no signed documents.`;
      throw new CallRefusedError({ reference, code: 'DOCUMENTS_NOT_DELETABLE', reason });
    }
    const { ledger } = this.storage;
    const entry = await ledger.find(identity);
    const deletedAt = entry?.documentsDeletedAt ?? new Date().toISOString();
    ledger.advance(identity, { documentsDeletedAt: deletedAt });
    return { signatureJobId, deletedAt };
  }

  /** @throws CLIENT_CLOSED after {@link close} */
  demandOpen(): void {
    if (this.#isClosed) throw new ClientClosedError();
  }

  /** Ends pending waits. */
  close(): void {
    this.#isClosed = true;
    for (const job of this.#jobs.values()) job.tell();
  }

  /** Open jobs first, then ended ones; the newest first. @throws INVALID_REQUEST */
  page(
    organizationNumber: string,
    { limit = 100, cursor, details, ...filter }: Omit<ListJobsOptions, keyof CallOptions>,
  ): JobPage {
    const query = [...readJobFilter({ ...filter, limit }), ofOrganization(organizationNumber)].join(' AND ');
    const from = cursor === undefined ? undefined : Buffer.from(positionIn(cursor, query)).toString('utf8');
    const rest = [...this.#jobs.values()]
      .map((job, index) => ({ job, position: positionOf(job, index) }))
      .filter(({ job }) => job.identity.organizationNumber === organizationNumber && isSelected(job, filter))
      .filter(({ position }) => from === undefined || position < from)
      .sort((one, other) => (one.position < other.position ? 1 : -1));
    const last = rest.length > limit ? rest[limit - 1] : undefined;
    return {
      jobs: rest.slice(0, limit).map(({ job }) => summaryOf(job, details === true)),
      ...(last !== undefined && { cursor: cursorOf(Buffer.from(last.position), query) }),
    };
  }
}

/** Sorts jobs as Temporal does: by their end, open ones after all others, and by their start. */
function positionOf({ endedAt = '9999' }: InMemoryJob, index: number): string {
  return `${endedAt} ${String(index).padStart(9, '0')}`;
}

function isSelected(job: InMemoryJob, { states, flow, endedAfter, statuses, view }: JobFilter): boolean {
  const { identity, endedAt } = job;
  const { state, status, signers } = job.describe();
  const views: Partial<Record<JobView, boolean>> = {
    OVERDUE: state === 'OVERDUE',
    NOT_ARCHIVED: status === 'PROCESS_FAILED' && signers.some((signer) => signer.status === 'SIGNED'),
  };
  return (
    (states === undefined || states.some((one) => one === state)) &&
    (flow === undefined || identity.flow === flow) &&
    (endedAfter === undefined || Date.parse(endedAt ?? '') > Number(new Date(endedAfter))) &&
    (statuses === undefined || statuses.includes(status)) &&
    // In memory, nothing is broken, and the documents of an ended job are archived at once.
    (view === undefined || views[view] === true)
  );
}

function summaryOf(job: InMemoryJob, detailed: boolean): JobSummary {
  const described = job.describe();
  const { reference, flow, startedAt, signatureJobId } = described;
  const listed = {
    ...{ reference, flow, startedAt },
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(detailed && { title: job.started.input.job.title }),
  };
  switch (described.status) {
    case 'RUNNING': {
      const { status, state, deadline, signers, waitingFor } = described;
      const details = detailed ? { signers, waitingFor } : {};
      return { ...listed, status, state, ...(deadline !== undefined && { deadline }), ...details };
    }
    case 'ENDED': {
      const { status, state, outcome, endedAt } = described;
      return { ...listed, status, outcome, state, endedAt };
    }
    case 'PROCESS_FAILED': {
      const { status, state, deadline, endedAt } = described;
      return { ...listed, status, state, ...(deadline !== undefined && { deadline }), endedAt };
    }
  }
}

/** What a start answers of a job, besides its documents. */
export function startedOf(job: InMemoryJob, existing: boolean): Omit<StartedJob, 'documents'> {
  const { organizationNumber, reference } = job.identity;
  const { outcome } = job;
  const workflowId = signingWorkflowId(organizationNumber, reference);
  return { reference, workflowId, existing, ...(outcome !== undefined && { outcome }) };
}
