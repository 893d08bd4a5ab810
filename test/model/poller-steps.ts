import { classifyStatusChange } from '@signering/activities/internal/classify-status-change.js';
import {
  withReference,
  type Change,
  type PlantedError,
  type Poller,
  type ProtocolState,
  type Reference,
} from './protocol-state.js';
import { changeOf, confirmed, isInQueue, latestVersion, withJob } from './service-jobs.js';
import { advanced, received } from './workflow-steps.js';

/** A step of the poller. */
export interface PollerStep {
  readonly name: string;
  readonly state: ProtocolState;
  readonly poller: Poller;
  readonly isFault?: boolean;
}

const FETCH: Poller = { at: 'FETCH' };

/** What an attempt of the activity `drainStatusQueue` may do next. */
export async function pollerSteps(
  poller: Poller,
  state: ProtocolState,
  planted: PlantedError | undefined,
): Promise<readonly PollerStep[]> {
  switch (poller.at) {
    case 'FETCH':
      return state.references.flatMap((reference) =>
        reference.jobs.filter(isInQueue).map((job) => ({
          name: `the poll delivers ${job.id} version ${latestVersion(job)}`,
          state: withReference(
            state,
            withJob(reference, job.id, (one) => ({ ...one, delivered: latestVersion(one), isOut: true })),
          ),
          poller: {
            at: 'DELIVER',
            change: changeOf(job),
            ...(poller.owed !== undefined && { owed: poller.owed }),
          } as const,
        })),
      );
    case 'DELIVER': {
      const { change, isInHand = false } = poller;
      const after = delivered(change, poller.owed, state, planted);
      if (referenceOf(change.id, state) === undefined) return [after];
      const inHand = { at: 'DELIVER', change, isInHand: true } as const;
      return [
        isInHand ? { ...after, poller: FETCH } : after,
        // Temporal gives the change to the next attempt.
        { name: `the delivery of ${change.id} fails`, state, poller: inHand, isFault: true },
        {
          name: `the delivery of ${change.id} fails after it`,
          state: after.state,
          poller: inHand,
          isFault: true,
        },
      ];
    }
    case 'CONFIRM': {
      const { change, isSettled } = poller;
      const reference = referenceOf(change.id, state);
      if (reference === undefined) return [forgets(state)];
      const isLast = isSettled && change.status !== 'IN_PROGRESS';
      return [
        {
          name: `the poller confirms ${change.id}`,
          state: withReference(state, withJob(reference, change.id, confirmed)),
          poller: isLast ? { at: 'RECORD', change } : FETCH,
        },
        { name: `the confirmation of ${change.id} is lost`, state, poller: FETCH, isFault: true },
      ];
    }
    case 'RECORD': {
      const reference = referenceOf(poller.change.id, state);
      if (reference === undefined) return [forgets(state)];
      const { entry } = reference;
      const isOpen = entry.settled !== undefined && entry.confirmedAt === undefined;
      const after = isOpen ? await advanced(entry, { confirmedAt: '' }) : entry;
      const name = 'the poller records the confirmation';
      return [{ name, state: withReference(state, { ...reference, entry: after }), poller: FETCH }];
    }
  }
}

/** As `deliverStatusChange` and `takeChange`. */
function delivered(
  change: Change,
  owed: string | undefined,
  state: ProtocolState,
  planted: PlantedError | undefined,
): PollerStep {
  const { id } = change;
  const reference = referenceOf(id, state);
  if (reference === undefined) return forgets(state);
  const { entry, workflow } = reference;
  const isOpen = workflow.at !== 'DONE' && workflow.at !== 'TERMINATED';
  const facts = { flow: 'PORTAL', signatureJobId: id, maskedSigners: ['signer'] } as const;
  const whileRunning = classifyStatusChange(facts, entry, 'RUNNING');
  const delivery =
    isOpen || whileRunning === 'FOREIGN' ? whileRunning : classifyStatusChange(facts, entry, 'ENDED');
  const isIgnored = planted === 'IGNORES_SECOND_JOB' && id !== entry.created?.signatureJobId;
  let after = reference;
  if (isOpen && delivery !== 'FOREIGN' && !isIgnored)
    after = { ...reference, workflow: received(workflow, change) };
  if (!isOpen && delivery === 'DUPLICATE' && !isIgnored) after = withDuplicate(reference, change);
  const name = `the poller delivers ${id} version ${change.version}: ${delivery}`;
  const isTaken = delivery === 'SIGNALLED' || delivery === 'DUPLICATE';
  const isIntermediate = change.status === 'IN_PROGRESS';
  const isSettled = delivery === 'SETTLED' && reference.archived.includes(id);
  const confirms =
    isSettled ||
    (isTaken && isIntermediate) ||
    (planted === 'CONFIRMS_STRANDED_JOB' && delivery === 'STRANDED');
  const next = withReference(state, after);
  if (planted === 'CONFIRMS_LATE') {
    // After the next fetch it confirms the change before.
    const earlier = owed === undefined ? undefined : referenceOf(owed, next);
    const paid =
      owed === undefined || earlier === undefined
        ? next
        : withReference(next, withJob(earlier, owed, confirmed));
    return { name, state: paid, poller: confirms && !isSettled ? { at: 'FETCH', owed: id } : FETCH };
  }
  return { name, state: next, poller: confirms ? { at: 'CONFIRM', change, isSettled } : FETCH };
}

function withDuplicate(reference: Reference, { id, status }: Change): Reference {
  const isFinalKnown = status !== 'IN_PROGRESS';
  const before = reference.duplicates[id];
  if (before === undefined || before.at === 'DONE') {
    const at = isFinalKnown ? 'ARCHIVE' : 'WITHDRAW';
    return { ...reference, duplicates: { ...reference.duplicates, [id]: { at, isFinalKnown } } };
  }
  const known = { ...before, isFinalKnown: before.isFinalKnown || isFinalKnown };
  return { ...reference, duplicates: { ...reference.duplicates, [id]: known } };
}

/** Undefined for a job that has ended for good, which the model forgets. */
function referenceOf(jobId: string, { references }: ProtocolState): Reference | undefined {
  return references.find(({ jobs }) => jobs.some(({ id }) => id === jobId));
}

function forgets(state: ProtocolState): PollerStep {
  return { name: 'the poller has a change of a job that has ended for good', state, poller: FETCH };
}
