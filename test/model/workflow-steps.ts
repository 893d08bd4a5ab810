import { isUnsettled } from '@signering/storage/internal/unsettled-entry.js';
import { isFinal, type SignatureJobId } from '@signering/schema';
import type { JobChange } from '@signering/workflows/internal/job-change.js';
import { judgeTwins, type TwinJob } from '@signering/workflows/internal/judge-twins.js';
import { ReceivedChanges } from '@signering/workflows/internal/received-changes.js';
import { LedgerInMemory, stepsOfCreate } from './create-process.js';
import {
  STARTED,
  type Change,
  type PlantedError,
  type Reference,
  type Workflow,
  type WorkflowPlace,
} from './protocol-state.js';
import { confirmed, isGone, isOver, isSigned, withJob } from './service-jobs.js';

/** A step of one reference. */
export interface ReferenceStep {
  readonly name: string;
  readonly reference: Reference;
  readonly isFault?: boolean;
}

type ActivityPlace = 'WITHDRAW' | 'ARCHIVE' | 'SETTLE' | 'CONFIRM' | 'RECORD';

/** The order of the activities at the end of a job. */
const AFTER: Readonly<Partial<Record<WorkflowPlace, WorkflowPlace>>> = {
  WAIT: 'ARCHIVE',
  ARCHIVE: 'SETTLE',
  SETTLE: 'CONFIRM',
  CONFIRM: 'RECORD',
  RECORD: 'HAND_OVER',
};
const CONFIRMED_FIRST: typeof AFTER = {
  ...AFTER,
  WAIT: 'CONFIRM',
  CONFIRM: 'ARCHIVE',
  SETTLE: 'RECORD',
};

/** What the workflow of a reference, and those of its second jobs, may do next. */
export async function workflowSteps(
  reference: Reference,
  planted: PlantedError | undefined,
): Promise<readonly ReferenceStep[]> {
  const { workflow } = reference;
  const order = planted === 'CONFIRMS_BEFORE_ARCHIVING' ? CONFIRMED_FIRST : AFTER;
  const goOn = (name: string, change: Partial<Workflow>): ReferenceStep[] => [
    { name, reference: { ...reference, workflow: { ...workflow, ...change } } },
  ];
  switch (workflow.at) {
    case 'CREATE':
      return createSteps(reference, planted);
    case 'RETRY':
      if (planted === 'NEVER_SENDS_AGAIN') return [];
      return goOn('sends again', { at: 'CREATE', create: { step: 'CLAIM' } });
    case 'WAIT':
      return decide(reference, order.WAIT ?? 'ARCHIVE');
    case 'HAND_OVER':
      return [{ name: 'hands over second jobs and ends', reference: handedOver(reference) }];
    case 'DONE':
      return [];
    case 'TERMINATED': {
      const isLeft = reference.entry.settled !== undefined || planted === 'LEAVES_TERMINATED_WORKFLOW';
      if (isLeft || !isUnsettled(reference.entry)) return [];
      return [{ name: 'the ledger walk restarts it', reference: { ...reference, workflow: STARTED } }];
    }
    case 'WITHDRAW':
    case 'ARCHIVE':
    case 'SETTLE':
    case 'CONFIRM':
    case 'RECORD': {
      const after = await effectOf(workflow.at, reference, workflow.job ?? '');
      if (after === undefined) return [];
      const at = workflow.at === 'WITHDRAW' ? 'WAIT' : (order[workflow.at] ?? workflow.at);
      const recorded = { ...after, workflow: { ...after.workflow, at } };
      return [
        { name: workflow.at, reference: recorded },
        // The activity is repeated.
        { name: `${workflow.at}, and its result is lost`, reference: after, isFault: true },
      ];
    }
  }
}

async function createSteps(
  reference: Reference,
  planted: PlantedError | undefined,
): Promise<readonly ReferenceStep[]> {
  const { workflow } = reference;
  const { create, stray, sendAgainAfter } = workflow;
  if (create.step === 'REPORT') {
    const { created, ambiguous, last } = create;
    const next: Workflow =
      created === undefined
        ? { ...workflow, at: 'RETRY', ambiguous, sendAgainAfter: last }
        : { ...workflow, at: 'WAIT', ambiguous, created };
    return [
      {
        name: 'Temporal records CREATE',
        reference: { ...reference, workflow: { ...next, create: { step: 'CLAIM' } } },
      },
    ];
  }
  const steps = await stepsOfCreate(create, reference, { sendAgainAfter, planted });
  const own = steps.map(({ name, isFault, process, reference: after }) => ({
    name,
    isFault,
    reference: { ...after, workflow: { ...workflow, create: process ?? ({ step: 'CLAIM' } as const) } },
  }));
  if (stray !== undefined) return own;
  const lost: ReferenceStep = {
    name: 'Temporal loses contact with the activity, which goes on',
    isFault: true,
    reference: {
      ...reference,
      doubts: reference.doubts + 1,
      workflow: { ...workflow, create: { step: 'CLAIM' }, stray: create },
    },
  };
  return create.step === 'CLAIM' ? own : [...own, lost];
}

/** What an attempt does that Temporal has given up: Temporal drops its result. */
export async function straySteps(
  reference: Reference,
  planted: PlantedError | undefined,
): Promise<readonly ReferenceStep[]> {
  const { stray, ...workflow } = reference.workflow;
  if (stray === undefined) return [];
  if (stray.step === 'REPORT' || stray.step === 'CLAIM')
    return [{ name: 'the stray attempt ends', reference: { ...reference, workflow } }];
  const steps = await stepsOfCreate(stray, reference, { sendAgainAfter: workflow.sendAgainAfter, planted });
  return steps.map(({ name, isFault, process, reference: after }) => ({
    name: `the stray attempt: ${name}`,
    isFault,
    reference: {
      ...after,
      workflow: { ...workflow, ...(process !== undefined && { stray: process }) },
    },
  }));
}

/** The jobs that the workflow knows, the recorded one first. */
function twinsOf({ workflow }: Reference): [TwinJob, ...TwinJob[]] {
  const { created = '', received, withdrawn, ambiguous } = workflow;
  const twin = (id: string): TwinJob => {
    const latest = received.findLast((change) => change.id === id);
    const answer = withdrawn[id];
    return {
      signatureJobId: id,
      recorded: id === created,
      status: latest?.status ?? 'IN_PROGRESS',
      signatures: latest?.signed ?? 0,
      ...(answer !== undefined && { withdrawn: answer }),
    };
  };
  const others = ambiguous === 0 ? [] : received.map(({ id }) => id).filter((id) => id !== created);
  return [twin(created), ...[...new Set(others)].map(twin)];
}

/** As `awaitPortalOutcome`: withdraws second jobs, and goes on when the outcome is decided. */
function decide(reference: Reference, next: WorkflowPlace): readonly ReferenceStep[] {
  const { workflow } = reference;
  const { survivor, withdraw, decided } = judgeTwins(twinsOf(reference));
  const [first] = withdraw;
  if (first !== undefined) {
    const job = first.signatureJobId;
    return [
      {
        name: `withdraws ${job}`,
        reference: { ...reference, workflow: { ...workflow, at: 'WITHDRAW', job } },
      },
    ];
  }
  // An end without all signatures waits a while for a change of another job: the wait may end at any time.
  if (!decided || survivor.status === 'IN_PROGRESS') return [];
  const job = survivor.signatureJobId;
  return [
    {
      name: `the outcome is that of ${job}`,
      reference: { ...reference, workflow: { ...workflow, at: next, job } },
    },
  ];
}

/** What an activity does; undefined: it cannot succeed now. Each is safe to repeat. */
async function effectOf(at: ActivityPlace, reference: Reference, id: string): Promise<Reference | undefined> {
  const job = reference.jobs.find((one) => one.id === id);
  if (job === undefined) return undefined;
  const { workflow, archived } = reference;
  switch (at) {
    case 'WITHDRAW': {
      const withdrawn = { ...workflow.withdrawn, [id]: isOver(job) ? 'TOO_LATE' : 'CANCELLED' } as const;
      const ended = withJob(reference, id, (one) => (isOver(one) ? one : { ...one, isCancelled: true }));
      return { ...ended, workflow: { ...workflow, withdrawn } };
    }
    case 'ARCHIVE':
      if (archived.includes(id)) return reference;
      return isGone(job) && isSigned(job) ? undefined : { ...reference, archived: [...archived, id] };
    case 'SETTLE': {
      const { entry, settlements } = reference;
      if (entry.settled !== undefined) return reference;
      const isDuplicate = id !== entry.created?.signatureJobId;
      const settled = {
        outcome: job.isCancelled ? 'CANCELLED' : 'SIGNED',
        folder: '',
        settledAt: '',
        ...(isDuplicate && { signatureJobId: id }),
      } as const;
      return { ...reference, entry: await advanced(entry, { settled }), settlements: settlements + 1 };
    }
    case 'CONFIRM':
      return withJob(reference, id, confirmed);
    case 'RECORD': {
      const { entry } = reference;
      if (entry.confirmedAt !== undefined) return reference;
      return { ...reference, entry: await advanced(entry, { confirmedAt: '' }) };
    }
  }
}

export async function advanced(
  entry: Reference['entry'],
  progress: Parameters<LedgerInMemory['advance']>[1],
): Promise<Reference['entry']> {
  return new LedgerInMemory(entry).advance(entry, progress);
}

function handedOver(reference: Reference): Reference {
  const { workflow } = reference;
  const others = twinsOf(reference).filter(({ signatureJobId }) => signatureJobId !== workflow.job);
  const duplicates = { ...reference.duplicates };
  for (const { signatureJobId: id, status } of others) {
    const isKnown = workflow.received.some((change) => change.id === id);
    const isFinalKnown = status !== 'IN_PROGRESS';
    if (isKnown && (isFinalKnown || workflow.withdrawn[id] === undefined) && duplicates[id] === undefined)
      duplicates[id] = { at: isFinalKnown ? 'ARCHIVE' : 'WITHDRAW', isFinalKnown };
  }
  return { ...reference, duplicates, workflow: { ...STARTED, at: 'DONE' } };
}

/**
 * The workflow has the change from now on, as the product keeps it: the last of each job counts for its decisions. The order
 * between jobs is that of their ids, and what comes before the end of a job is left out: neither decides anything.
 */
export function received(workflow: Workflow, change: Change): Workflow {
  const changes = new Map([...workflow.received, change].map((one) => [identityOf(one), one]));
  const kept = new ReceivedChanges();
  for (const one of [...workflow.received, change]) kept.keep(jobChangeOf(one));
  const ids = [...new Set([...changes.values()].map(({ id }) => id))].sort();
  const sorted = ids.flatMap((id) => {
    const ofJob = kept.ofJob(id);
    return ofJob.some(isFinal) ? ofJob.filter(isFinal) : ofJob;
  });
  return { ...workflow, received: sorted.flatMap(({ identity }) => changes.get(identity) ?? []) };
}

function identityOf({ id, version }: Change): string {
  return `${id} ${version}`;
}

function jobChangeOf(change: Change): JobChange {
  return {
    signatureJobId: change.id as SignatureJobId,
    status: change.status,
    signatures: [],
    identity: identityOf(change),
    namesOurSigners: true,
  };
}

/** The steps of the workflows that end second jobs. */
export function duplicateSteps(reference: Reference): readonly ReferenceStep[] {
  return Object.entries(reference.duplicates).flatMap(([id, duplicate]) => {
    const job = reference.jobs.find((one) => one.id === id);
    if (job === undefined) return [];
    const { archived } = reference;
    const go = (name: string, at: typeof duplicate.at, after: Reference): ReferenceStep => ({
      name: `the workflow of the second job ${id} ${name}`,
      reference: { ...after, duplicates: { ...after.duplicates, [id]: { ...duplicate, at } } },
    });
    switch (duplicate.at) {
      case 'WITHDRAW': {
        const after = withJob(reference, id, (one) => (isOver(one) ? one : { ...one, isCancelled: true }));
        return [go('withdraws it', 'WAIT', after)];
      }
      case 'WAIT':
        return duplicate.isFinalKnown ? [go('has its end', 'ARCHIVE', reference)] : [];
      case 'ARCHIVE': {
        if (isGone(job) && isSigned(job) && !archived.includes(id)) return [];
        const names = archived.includes(id) ? archived : [...archived, id];
        return [go('archives', 'CONFIRM', { ...reference, archived: names })];
      }
      case 'CONFIRM':
        return [go('confirms', 'DONE', withJob(reference, id, confirmed))];
      case 'DONE':
        return [];
    }
  });
}

/**
 * Settled, with every change confirmed. The ledger may lack the confirmation if the workflow was terminated after it: such
 * an entry is left alone once its job can no longer be confirmed.
 */
export function isSettled({ entry, jobs }: Reference): boolean {
  return entry.settled !== undefined && jobs.every(isGone);
}
