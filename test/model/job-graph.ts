import { pollerSteps } from './poller-steps.js';
import { brokenRulesOf, stepsOfReference, withoutActivities, withoutPast } from './protocol-model.js';
import { initialState, type Poller, type ProtocolOptions, type Reference } from './protocol-state.js';
import { isSettled } from './workflow-steps.js';

/** The number of the poller's state in which it works for no job. */
export const FETCHES = 0;

/** A step by numbers of states. */
export interface JobStep {
  readonly name: string;
  readonly job: number;
  /** Where the poller stands then; absent: it is not concerned. */
  readonly poller?: number;
  readonly isFault: boolean;
}

/** Everything that can happen to one job, whose states have numbers. */
export interface JobGraph {
  /** The number of the state in which each job of the options begins. */
  readonly initial: readonly number[];
  /** How many states the poller has. */
  readonly pollers: number;
  /** Steps of the job without its poller. */
  readonly own: readonly (readonly JobStep[])[];
  /** By the number of the job's state, then of the poller's: steps of the poller that works for the job, or may begin to. */
  readonly polled: readonly (readonly (readonly JobStep[] | undefined)[])[];
  /** The state after the worker has died. */
  readonly crashed: readonly number[];
  /** A rule that the state breaks. */
  readonly broken: readonly (string | undefined)[];
  readonly isSettled: readonly boolean[];
}

/** What a number stands for. */
class Numbered<State> {
  readonly states: State[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(state: State): number {
    const key = JSON.stringify(state);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.states.length);
    return this.states.push(state) - 1;
  }
}

/**
 * Enumerates the states of a job that has the poller for itself. Beside another job it has no other states: while the poller
 * works for that one, it is for this one a poller that fetches nothing.
 */
export async function jobGraph(options: ProtocolOptions): Promise<JobGraph> {
  const { signers, faults, onlyCrashes = false, created = [], planted } = options;
  const jobs = new Numbered<Reference>();
  const pollers = new Numbered<Poller>();
  pollers.numberOf({ at: 'FETCH' });
  const graph = {
    own: [] as JobStep[][],
    polled: [] as JobStep[][][],
    crashed: [] as number[],
    broken: [] as (string | undefined)[],
    isSettled: [] as boolean[],
  };
  const numberOf = (reference: Reference): number => jobs.numberOf(withoutPast(reference));
  const isLeft = (isFault: boolean): boolean => !(isFault && onlyCrashes);

  const describe = async (number: number, reference: Reference): Promise<void> => {
    const steps = await stepsOfReference(reference, planted);
    graph.own[number] = steps
      .map(({ name, reference: after, isFault = false }) => ({ name, job: numberOf(after), isFault }))
      .filter(({ isFault }) => isLeft(isFault));
    graph.polled[number] = [];
    graph.crashed[number] = numberOf(withoutActivities(reference));
    graph.broken[number] = brokenRulesOf(reference)[0];
    graph.isSettled[number] = isSettled(reference);
  };
  const describePolled = async (job: number, poller: number): Promise<readonly JobStep[]> => {
    const [reference, at] = [jobs.states[job]!, pollers.states[poller]!];
    const steps = await pollerSteps(at, { references: [reference], poller: at, faultsLeft: 0 }, planted);
    return (graph.polled[job]![poller] ??= steps
      .map(({ name, state, poller: next, isFault = false }) => ({
        name,
        job: numberOf(state.references[0]!),
        poller: pollers.numberOf(next),
        isFault,
      }))
      .filter(({ isFault }) => isLeft(isFault)));
  };

  // All names are the same: only the place in a pair tells its jobs apart.
  const initial = signers.map((count, index) => {
    const alone = initialState({ signers: [count], faults: 0, created: [created[index] === true] });
    return numberOf(alone.references[0]!);
  });
  const waiting = initial.map((job) => ({ job, poller: FETCHES, faultsLeft: faults }));
  const seen = new Set(waiting.map((one) => Object.values(one).join(' ')));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { job, poller, faultsLeft } = next;
    if (graph.own[job] === undefined) await describe(job, jobs.states[job]!);
    const polled = graph.polled[job]![poller] ?? (await describePolled(job, poller));
    const steps: readonly JobStep[] = [
      ...graph.own[job]!,
      ...polled,
      { name: '', job: graph.crashed[job]!, poller: FETCHES, isFault: true },
    ];
    for (const step of steps) {
      const after = {
        job: step.job,
        poller: step.poller ?? poller,
        faultsLeft: faultsLeft - Number(step.isFault),
      };
      const key = Object.values(after).join(' ');
      if (after.faultsLeft < 0 || seen.has(key)) continue;
      seen.add(key);
      waiting.push(after);
    }
  }
  return { ...graph, initial, pollers: pollers.states.length };
}
