import { createHash } from 'node:crypto';

/** One possible next step of a model. */
export interface Step<State> {
  /** What happens, for the path to a violation. */
  readonly name: string;
  readonly to: State;
}

/** A model whose states can be enumerated. Equal states have equal JSON. */
export interface Model<State> {
  readonly initial: State;
  readonly steps: (state: State) => Promise<readonly Step<State>[]>;
  /** The rules that a state breaks. */
  readonly broken: (state: State) => readonly string[];
  /** Everything has ended well. */
  readonly isGoal: (state: State) => boolean;
}

/** A broken rule, with the shortest path to it. */
export interface Finding {
  readonly rule: string;
  readonly path: readonly string[];
}

/** What an exploration has seen. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly finding?: Finding;
}

/** The rule that holds of every state together. */
export const NO_WAY_TO_THE_GOAL = 'from every state some path leads to the goal';

interface Visited {
  readonly from: number;
  readonly step: string;
}

/**
 * Enumerates every state, breadth first, until a rule is broken. Then checks that from every state some path leads to a
 * goal, so that no order of events leaves something that can never be finished.
 */
export async function explore<State>(model: Model<State>): Promise<Exploration> {
  const numbers = new Map<string, number>([[keyOf(model.initial), 0]]);
  const visited: Visited[] = [{ from: -1, step: '' }];
  const goals: number[] = [];
  /** The states before each state. */
  const before: number[][] = [[]];
  let transitions = 0;
  let frontier: State[] = [model.initial];
  let first = 0;
  while (frontier.length > 0) {
    const next: State[] = [];
    const firstOfNext = visited.length;
    for (const [index, state] of frontier.entries()) {
      const number = first + index;
      const [rule] = model.broken(state);
      if (rule !== undefined)
        return { states: visited.length, transitions, finding: { rule, path: pathTo(number, visited) } };
      if (model.isGoal(state)) goals.push(number);
      for (const { name, to } of await model.steps(state)) {
        transitions += 1;
        const key = keyOf(to);
        let known = numbers.get(key);
        if (known === undefined) {
          known = visited.length;
          numbers.set(key, known);
          visited.push({ from: number, step: name });
          before.push([]);
          next.push(to);
        }
        before[known]?.push(number);
      }
    }
    frontier = next;
    first = firstOfNext;
  }
  const lost = firstWithoutWay(goals, before);
  return {
    states: visited.length,
    transitions,
    ...(lost !== undefined && { finding: { rule: NO_WAY_TO_THE_GOAL, path: pathTo(lost, visited) } }),
  };
}

/** A digest: millions of states would not fit into memory as text. */
function keyOf(state: unknown): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('base64');
}

function pathTo(number: number, visited: readonly Visited[]): readonly string[] {
  const path: string[] = [];
  for (let at = visited[number]; at !== undefined && at.from >= 0; at = visited[at.from])
    path.unshift(at.step);
  return path;
}

function firstWithoutWay(
  goals: readonly number[],
  before: readonly (readonly number[])[],
): number | undefined {
  const reaches = new Uint8Array(before.length);
  const waiting = [...goals];
  for (const goal of goals) reaches[goal] = 1;
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    for (const earlier of before[number] ?? []) {
      if (reaches[earlier] === 1) continue;
      reaches[earlier] = 1;
      waiting.push(earlier);
    }
  }
  const lost = reaches.indexOf(0);
  return lost === -1 ? undefined : lost;
}
