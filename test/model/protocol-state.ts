import type { LedgerEntry } from '@signering/storage';
import { createJobOf } from './service-jobs.js';

/** Errors that can be planted, to see that the model check finds them. */
export type PlantedError =
  | 'CONFIRMS_BEFORE_ARCHIVING'
  | 'CONFIRMS_LATE'
  | 'CREATES_RECORDED_JOB_AGAIN'
  | 'FORGETS_VANISHED_ATTEMPT'
  | 'NEVER_SENDS_AGAIN'
  | 'CONFIRMS_STRANDED_JOB'
  | 'IGNORES_SECOND_JOB'
  | 'LEAVES_TERMINATED_WORKFLOW';

/** What a run of the model check enumerates. */
export interface ProtocolOptions {
  /** The signers of the job of each reference. */
  readonly signers: readonly number[];
  /** How many faults of any kind: crashes, lost answers, failed deliveries, terminated workflows, activities without contact. */
  readonly faults: number;
  /** The only faults are workers that die. @default false */
  readonly onlyCrashes?: boolean;
  /** A paused worker may go on with a drain that Temporal has given to another one. @default false: an assumption */
  readonly pausedPoller?: boolean;
  /** For each reference: its run begins when its job is created, which leaves fewer states. @default before the create */
  readonly created?: readonly boolean[];
  readonly planted?: PlantedError;
}

/** A job at the service. */
export interface ServiceJob {
  readonly id: string;
  readonly signers: number;
  /** How many have signed. */
  readonly signed: number;
  readonly isCancelled: boolean;
  /** The newest version of its state that a poll has delivered; 0: none. */
  readonly delivered: number;
  readonly confirmed: number;
  /** Delivered, not confirmed, and not yet delivered again. */
  readonly isOut: boolean;
}

/** A status change as the queue delivers it. */
export interface Change {
  readonly id: string;
  readonly version: number;
  readonly status: 'IN_PROGRESS' | 'COMPLETED_SUCCESSFULLY' | 'FAILED';
  readonly signed: number;
}

/** The activity `createSignatureJob`, between two of its side effects. */
export type CreateProcess =
  | { readonly step: 'CLAIM' }
  | { readonly step: 'BEGIN'; readonly claimed: LedgerEntry }
  | { readonly step: 'SEND'; readonly sending: LedgerEntry }
  | { readonly step: 'ANSWER'; readonly sending: LedgerEntry; readonly made: string }
  | { readonly step: 'NO_ANSWER'; readonly sending: LedgerEntry }
  | { readonly step: 'REPORT'; readonly created?: string; readonly ambiguous: number; readonly last: number };

/** Where the workflow of a reference stands. */
export type WorkflowPlace =
  | 'CREATE'
  | 'RETRY'
  | 'WAIT'
  | 'WITHDRAW'
  | 'ARCHIVE'
  | 'SETTLE'
  | 'CONFIRM'
  | 'RECORD'
  | 'HAND_OVER'
  | 'DONE'
  | 'TERMINATED';

/** The workflow of a reference, as its history has it. */
export interface Workflow {
  readonly at: WorkflowPlace;
  readonly create: CreateProcess;
  /** An attempt of `createSignatureJob` that Temporal has given up, and that goes on. */
  readonly stray?: CreateProcess;
  readonly sendAgainAfter: number;
  readonly ambiguous: number;
  readonly created?: string;
  readonly received: readonly Change[];
  readonly withdrawn: Readonly<Record<string, 'CANCELLED' | 'TOO_LATE'>>;
  /** The job to withdraw, or whose outcome it is. */
  readonly job?: string;
}

/** The workflow that ends a second job. */
export interface DuplicateWorkflow {
  readonly at: 'WITHDRAW' | 'WAIT' | 'ARCHIVE' | 'CONFIRM' | 'DONE';
  readonly isFinalKnown: boolean;
}

/** Everything about a reference. */
export interface Reference {
  readonly name: string;
  readonly signers: number;
  readonly entry: LedgerEntry;
  readonly workflow: Workflow;
  readonly jobs: readonly ServiceJob[];
  readonly duplicates: Readonly<Record<string, DuplicateWorkflow>>;
  /** Jobs whose documents are in the archive. */
  readonly archived: readonly string[];
  /** How often the ledger was settled. */
  readonly settlements: number;
  /** Faults that made the outcome of a create unknown. */
  readonly doubts: number;
}

/** The activity `drainStatusQueue`, between two of its side effects. */
export type Poller =
  | { readonly at: 'FETCH'; readonly owed?: string }
  | {
      readonly at: 'DELIVER';
      readonly change: Change;
      readonly owed?: string;
      /** An attempt failed with it: the next one delivers it first, and does not confirm it. */
      readonly isInHand?: true;
    }
  | { readonly at: 'CONFIRM'; readonly change: Change; readonly isSettled: boolean }
  | { readonly at: 'RECORD'; readonly change: Change };

/** Everything that the model knows. */
export interface ProtocolState {
  readonly references: readonly Reference[];
  readonly poller: Poller;
  /** A drain on a paused worker, which goes on after another worker has taken over. */
  readonly strayPoller?: Poller;
  readonly faultsLeft: number;
}

/** The workflow at its start. */
export const STARTED: Workflow = {
  at: 'CREATE',
  create: { step: 'CLAIM' },
  sendAgainAfter: 0,
  ambiguous: 0,
  received: [],
  withdrawn: {},
};

/** References that their client has claimed, each with a started workflow. */
export function initialState({ signers, faults, created = [] }: ProtocolOptions): ProtocolState {
  return {
    references: signers.map((count, index) => {
      const name = String.fromCodePoint('A'.codePointAt(0)! + index);
      const entry: LedgerEntry = {
        version: 1,
        revision: 1,
        organizationNumber: '1',
        reference: name,
        flow: 'PORTAL',
        documents: [],
        claimedAt: '',
        attempts: [],
      };
      const empty = { jobs: [], duplicates: {}, archived: [], settlements: 0, doubts: 0 };
      const reference: Reference = { name, signers: count, entry, workflow: STARTED, ...empty };
      return created[index] === true ? withCreatedJob(reference) : reference;
    }),
    poller: { at: 'FETCH' },
    faultsLeft: faults,
  };
}

/** After the first attempt of the create, whose answer is recorded. */
function withCreatedJob(reference: Reference): Reference {
  const { entry, workflow } = reference;
  const job = createJobOf(reference);
  const created = { signatureJobId: job.id, createdAt: '', maskedSigners: ['signer'] };
  const attempts = [{ attempt: 1, startedAt: '', outcome: 'CREATED' }] as const;
  return {
    ...reference,
    entry: { ...entry, attempts, created },
    workflow: { ...workflow, at: 'WAIT', created: job.id },
    jobs: [job],
  };
}

/** The state with a changed reference. */
export function withReference(state: ProtocolState, reference: Reference): ProtocolState {
  return {
    ...state,
    references: state.references.map((one) => (one.name === reference.name ? reference : one)),
  };
}
