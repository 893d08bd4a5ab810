import type { Model, Step } from './explorer.js';
import { pollerSteps } from './poller-steps.js';
import {
  initialState,
  STARTED,
  withReference,
  type CreateProcess,
  type PlantedError,
  type ProtocolOptions,
  type ProtocolState,
  type Reference,
} from './protocol-state.js';
import { isGone, isInQueue, isOver, isSigned, withJob } from './service-jobs.js';
import {
  duplicateSteps,
  isSettled,
  straySteps,
  workflowSteps,
  type ReferenceStep,
} from './workflow-steps.js';

/**
 * The protocol of ledger, create, poll, archive and confirm, with everything that may happen in between: signers sign,
 * the queue delivers again, workers die between any two side effects, answers are lost, deliveries fail before or after their
 * effect and are repeated, workflows are terminated. A change in hand is forgotten when the worker dies: the service delivers it
 * again. Where the product has pure functions, the model calls them; its own steps are those of the activities and workflows.
 *
 * It rests on these assumptions about the service, and on no other:
 * - A change that was delivered and not confirmed is delivered again, as often as needed.
 * - A confirmation names the job: it confirms the newest delivered state, never one that no poll has delivered.
 * - Documents of a job can be fetched until its final change is confirmed.
 * - A job changes only through its signers and its cancellation, and a cancellation after the end has no effect.
 * - A create without a read answer created one job or none; nothing tells which.
 * - A request of a process that was killed, or whose answer is awaited in vain, arrives before the next poll or not at
 *   all: a drain waits a minute after an unanswered confirmation, and Temporal ten seconds before it repeats an activity.
 *
 * And on these about Temporal and storage: signals and results are kept once they are accepted; an activity without
 * contact is repeated; a conditional write succeeds for one writer; what is written stays.
 */
export function protocolModel(options: ProtocolOptions): Model<ProtocolState> {
  return {
    initial: initialState(options),
    steps: (state) => stepsOf(state, options),
    broken: (state) => state.references.flatMap(brokenRulesOf),
    isGoal: ({ references }) => references.every(isSettled),
  };
}

/** The death of every worker. */
export const CRASH = 'the worker dies';

/** The rules that a reference breaks. */
export function brokenRulesOf({ jobs, archived, settlements, doubts }: Reference): readonly string[] {
  const rules: string[] = [];
  if (jobs.some((job) => isGone(job) && isSigned(job) && !archived.includes(job.id)))
    rules.push('nothing is confirmed before it is archived');
  if (jobs.length > 1 + doubts) rules.push('a job is created again only after a create in doubt');
  if (settlements > 1) rules.push('each reference is settled once');
  return rules;
}

async function stepsOf(
  state: ProtocolState,
  options: ProtocolOptions,
): Promise<readonly Step<ProtocolState>[]> {
  const { planted, pausedPoller = false, onlyCrashes = false } = options;
  const { faultsLeft, poller, strayPoller } = state;
  const steps: Step<ProtocolState>[] = [];
  const add = (name: string, to: ProtocolState, isFault = false): void => {
    if (isFault && (faultsLeft === 0 || (onlyCrashes && name !== CRASH))) return;
    const references = to.references.map(withoutPast);
    steps.push({ name, to: { ...to, references, faultsLeft: faultsLeft - Number(isFault) } });
  };
  for (const reference of state.references) {
    for (const { name, reference: after, isFault } of await stepsOfReference(reference, planted))
      add(`${reference.name}: ${name}`, withReference(state, after), isFault);
  }
  for (const { name, state: after, poller: next, isFault } of await pollerSteps(poller, state, planted))
    add(name, { ...after, poller: next }, isFault);
  if (strayPoller !== undefined) {
    for (const { name, state: after, poller: next } of await pollerSteps(strayPoller, state, planted)) {
      const { strayPoller: _, ...others } = after;
      add(`the paused worker: ${name}`, next.at === 'FETCH' ? others : { ...others, strayPoller: next });
    }
  }
  if (pausedPoller && strayPoller === undefined && poller.at !== 'FETCH')
    add('a worker is paused', { ...state, poller: { at: 'FETCH' }, strayPoller: poller }, true);
  add(CRASH, crashed(state), true);
  return steps;
}

/** What may happen to a reference without its poller. */
export async function stepsOfReference(
  reference: Reference,
  planted: PlantedError | undefined,
): Promise<readonly ReferenceStep[]> {
  return [
    ...signerSteps(reference),
    ...(await workflowSteps(reference, planted)),
    ...(await straySteps(reference, planted)),
    ...duplicateSteps(reference),
    ...terminations(reference),
  ];
}

/** Forgets what can no longer matter, so that fewer states differ. */
export function withoutPast(reference: Reference): Reference {
  const { workflow, entry, jobs, duplicates } = reference;
  const holdsCopy = workflow.create.step !== 'CLAIM' || workflow.stray !== undefined;
  const isPast =
    workflow.at === 'DONE' &&
    workflow.stray === undefined &&
    isSettled(reference) &&
    brokenRulesOf(reference).length === 0 &&
    Object.values(duplicates).every(({ at }) => at === 'DONE');
  if (isPast) {
    const last = { ...entry, revision: 0, attempts: [] };
    const past = { duplicates: {}, archived: [], settlements: 1, doubts: 0 };
    return { ...reference, entry: last, jobs: jobs.slice(0, 0), ...past };
  }
  return holdsCopy ? reference : { ...reference, entry: { ...entry, revision: 1 } };
}

function signerSteps(reference: Reference) {
  return reference.jobs.flatMap((job) => [
    ...(isOver(job)
      ? []
      : [
          {
            name: `a signer signs ${job.id}`,
            reference: withJob(reference, job.id, (one) => ({ ...one, signed: one.signed + 1 })),
            isFault: false,
          },
        ]),
    ...(job.isOut && !isGone(job) && !isInQueue(job)
      ? [
          {
            name: `the change of ${job.id} returns to the queue`,
            reference: withJob(reference, job.id, (one) => ({ ...one, isOut: false })),
            isFault: false,
          },
        ]
      : []),
  ]);
}

function terminations(reference: Reference) {
  const { workflow } = reference;
  if (workflow.at === 'DONE' || workflow.at === 'TERMINATED') return [];
  const doubts = reference.doubts + Number(isInDoubt(workflow.create));
  const { stray } = workflow;
  const ended = { ...STARTED, at: 'TERMINATED', ...(stray !== undefined && { stray }) } as const;
  return [
    {
      name: 'its workflow is terminated',
      reference: { ...reference, doubts, workflow: ended },
      isFault: true,
    },
  ];
}

/** Kills every activity in progress. */
function crashed(state: ProtocolState): ProtocolState {
  const { strayPoller: _, ...others } = state;
  return {
    ...others,
    poller: { at: 'FETCH' },
    references: state.references.map(withoutActivities),
  };
}

/** After the death of the workers that carried out the activities of a reference. */
export function withoutActivities(reference: Reference): Reference {
  const { stray: _stray, ...workflow } = reference.workflow;
  // The doubt about a stray attempt was counted when Temporal lost it.
  const doubts = reference.doubts + Number(isInDoubt(workflow.create));
  return { ...reference, doubts, workflow: { ...workflow, create: { step: 'CLAIM' } } };
}

/** An attempt has begun, and no outcome of it is recorded. */
function isInDoubt({ step }: CreateProcess): boolean {
  return step === 'SEND' || step === 'ANSWER' || step === 'NO_ANSWER';
}
