import { signingWorkflowId, type SigningOutcome } from '@signering/contract';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { InvalidInputError, type SigningError } from '@signering/schema';
import type { ArchivedJob, LedgerKey } from '@signering/storage';
import { CallRefusedError } from '../errors.js';
import { ExitVisits } from '../exit-visits.js';
import type { JobSummary, ListAllJobsOptions } from '../job-list.js';
import type { StartedJob } from '../start-signing.js';
import { archiveOf } from './in-memory-documents.js';
import { InMemoryJob, type InMemoryInput } from './in-memory-job.js';
import { InMemoryStorage } from './in-memory-storage.js';

/** What the in-memory clients of one test share: jobs of all senders, and what is kept of them. */
export class InMemoryWorld {
  readonly storage = new InMemoryStorage();
  readonly keys = parseKeys(formatKeys([generateKey('in-memory')]));
  readonly visits = new ExitVisits();
  /** With which the next calls fail, in their order. */
  readonly failures: SigningError[] = [];
  closed = false;
  /** By workflow id, the oldest first. */
  readonly #jobs = new Map<string, InMemoryJob>();

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

  /** The newest first. */
  list(
    organizationNumber: string,
    { states, flow, endedAfter, failed, details }: ListAllJobsOptions,
  ): readonly JobSummary[] {
    return (
      [...this.#jobs.values()]
        .reverse()
        .filter(({ identity }) => identity.organizationNumber === organizationNumber)
        .filter((job) => states === undefined || states.some((state) => state === job.describe().state))
        .filter(({ identity }) => flow === undefined || identity.flow === flow)
        .filter(
          ({ endedAt }) => endedAfter === undefined || Date.parse(endedAt ?? '') > Date.parse(endedAfter),
        )
        .filter(({ failure }) => failed !== true || failure !== undefined)
        // Open jobs come first.
        .sort((one, other) => Number(one.endedAt !== undefined) - Number(other.endedAt !== undefined))
        .map((job) => summaryOf(job, details === true))
    );
  }
}

function summaryOf(job: InMemoryJob, detailed: boolean): JobSummary {
  const { reference, startedAt, endedAt } = job;
  const { flow, status, state, signatureJobId, deadline, signers, waitingFor } = job.describe();
  return {
    reference,
    flow,
    status,
    state,
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(deadline !== undefined && { deadline }),
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(detailed && { title: job.started.input.job.title }),
    ...(detailed &&
      status === 'RUNNING' && { waitingFor: signers.filter(({ signer }) => waitingFor.includes(signer)) }),
  };
}

/** What a start answers of a job, besides its documents. */
export function startedOf(job: InMemoryJob, existing: boolean): Omit<StartedJob, 'documents'> {
  const { organizationNumber, reference } = job.identity;
  const { outcome } = job;
  const workflowId = signingWorkflowId(organizationNumber, reference);
  return { reference, workflowId, existing, ...(outcome !== undefined && { outcome }) };
}

/** Where a page begins. @throws INVALID_REQUEST */
export function readCursor(cursor: string): number {
  const [, from] = /^in-memory-(\d+)$/u.exec(cursor) ?? [];
  if (from !== undefined) return Number(from);
  const problem = { path: 'cursor', message: 'must be the cursor of an earlier page' };
  throw new InvalidInputError('INVALID_REQUEST', 'The jobs cannot be listed', [problem]);
}

/** A text of a person. */
export interface BoundedText {
  readonly name: string;
  readonly text: unknown;
  readonly longest: number;
}

/** @throws INVALID_REQUEST as a signing process throws it */
export function demandText(reference: string, { name, text, longest }: BoundedText): void {
  if (typeof text === 'string' && text.trim() !== '' && text.length <= longest) return;
  const reason = `${name} must be a text of 1 to ${longest} characters.`;
  throw new CallRefusedError({ reference, code: 'INVALID_REQUEST', reason });
}
