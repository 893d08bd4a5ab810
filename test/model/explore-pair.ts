import { NO_WAY_TO_THE_GOAL, type Exploration } from './explorer.js';
import { FETCHES, jobGraph, type JobGraph, type JobStep } from './job-graph.js';
import { NumberedSet } from './numbered-set.js';
import { CRASH } from './protocol-model.js';
import type { ProtocolOptions } from './protocol-state.js';

/**
 * As `explore` with the model of the protocol, for two jobs: every order of their steps, of those of the one poller, of deliveries,
 * repeated ones included, and of deaths of the worker. Jobs meet only in these, so the steps of each are computed once, and a pair
 * is a number: tens of millions fit into memory. Of two pairs that differ only in which job is called the first, one is explored, and
 * both are counted.
 */
export async function explorePair(options: ProtocolOptions): Promise<Exploration> {
  if (options.planted === 'CONFIRMS_LATE' || options.pausedPoller === true)
    throw new RangeError('The poller would work for two jobs at the same time.');
  const { signers, created = [] } = options;
  if (signers[0] === signers[1] && (created[0] === true) !== (created[1] === true))
    throw new RangeError('Pairs of jobs that change places would be counted once.');
  return new PairExplorer(await jobGraph(options), options.faults).explore();
}

/**
 * Called for each step of a pair: the number of the pair after it, what happens, the place of the job that it concerns, and whether the
 * jobs change their places.
 */
type Visit = (after: number, name: string, place: 0 | 1 | undefined, isSwapped: boolean) => void;

const PLACES = [0, 1] as const;

class PairExplorer {
  readonly #graph: JobGraph;
  readonly #faults: number;
  /** How many numbers the poller and the faults that are left take: a power of two. */
  readonly #others: number;
  readonly #seen = new NumberedSet();
  /** The place of the pair from which each pair was reached first. */
  #from = new Int32Array(1 << 10);

  constructor(graph: JobGraph, faults: number) {
    this.#graph = graph;
    this.#faults = faults;
    this.#others = 2 ** Math.ceil(Math.log2(2 * graph.pollers * (faults + 1)));
  }

  explore(): Exploration {
    const { initial, broken } = this.#graph;
    const [first = 0, second = 0] = initial;
    this.#seen.add(
      this.#numberOf(Math.min(first, second), Math.max(first, second), 2 * FETCHES, this.#faults),
    );
    let [states, transitions] = [0, 0];
    for (let place = 0; place < this.#seen.size; place += 1) {
      const number = this.#seen.at(place);
      const [one, other] = this.#jobsOf(number);
      const weight = first === second && !this.#isItsMirror(number) ? 2 : 1;
      const rule = broken[one] ?? broken[other];
      if (rule !== undefined) return { states, transitions, finding: { rule, path: this.#pathTo(place) } };
      states += weight;
      this.#steps(number, (after) => {
        transitions += weight;
        if (this.#seen.add(after)) this.#reachedFrom(place);
      });
    }
    const lost = this.#firstWithoutWay();
    if (lost === undefined) return { states, transitions };
    return { states, transitions, finding: { rule: NO_WAY_TO_THE_GOAL, path: this.#pathTo(lost) } };
  }

  /** @param work twice the poller's number, plus the place of its job */
  #numberOf(first: number, second: number, work: number, faultsLeft: number): number {
    return (first * this.#graph.own.length + second) * this.#others + work * (this.#faults + 1) + faultsLeft;
  }

  #jobsOf(number: number): readonly [number, number] {
    const jobs = Math.floor(number / this.#others);
    const second = jobs % this.#graph.own.length;
    return [(jobs - second) / this.#graph.own.length, second];
  }

  #isItsMirror(number: number): boolean {
    const [first, second] = this.#jobsOf(number);
    return first === second && (number & (this.#others - 1)) < this.#faults + 1;
  }

  #steps(number: number, visit: Visit): void {
    const { own, polled, crashed } = this.#graph;
    const jobs = this.#jobsOf(number);
    const others = number & (this.#others - 1);
    const faultsLeft = others % (this.#faults + 1);
    const work = (others - faultsLeft) / (this.#faults + 1);
    const servedPlace = work % 2;
    const poller = (work - servedPlace) / 2;

    const go = (
      place: 0 | 1 | undefined,
      name: string,
      first: number,
      second: number,
      at: number,
      left: number,
    ) => {
      // A poller that fetches has no place.
      const next = at < 2 ? 0 : at;
      // The job with the smaller number stands first; of equal ones, that of the poller.
      const isSwapped = first > second || (first === second && next % 2 === 1);
      if (!isSwapped) visit(this.#numberOf(first, second, next, left), name, place, false);
      else visit(this.#numberOf(second, first, next === 0 ? 0 : next ^ 1, left), name, place, true);
    };
    const take = (place: 0 | 1, { name, job, poller: next, isFault }: JobStep): void => {
      if (isFault && faultsLeft === 0) return;
      const at = next === undefined ? work : 2 * next + place;
      const left = isFault ? faultsLeft - 1 : faultsLeft;
      if (place === 0) go(place, name, job, jobs[1], at, left);
      else go(place, name, jobs[0], job, at, left);
    };
    for (const place of PLACES) {
      for (const step of own[jobs[place]]!) take(place, step);
      if (poller !== FETCHES && place !== servedPlace) continue;
      for (const step of polled[jobs[place]]![poller]!) take(place, step);
    }
    if (faultsLeft > 0) go(undefined, CRASH, crashed[jobs[0]]!, crashed[jobs[1]]!, 0, faultsLeft - 1);
  }

  #reachedFrom(place: number): void {
    const { size } = this.#seen;
    if (size > this.#from.length) {
      const from = this.#from;
      this.#from = new Int32Array(2 * from.length);
      this.#from.set(from);
    }
    this.#from[size - 1] = place;
  }

  /** The first pair from which no path leads to the end of both jobs. */
  #firstWithoutWay(): number | undefined {
    const { isSettled } = this.#graph;
    const { size } = this.#seen;
    const reaches = new Uint8Array(size);
    // Most steps lead to a pair that was found later, so few rounds are needed.
    for (let isNew = true; isNew;) {
      isNew = false;
      for (let place = size - 1; place >= 0; place -= 1) {
        if (reaches[place] === 1) continue;
        const number = this.#seen.at(place);
        const [first, second] = this.#jobsOf(number);
        let does = isSettled[first]! && isSettled[second]!;
        if (!does) {
          this.#steps(number, (after) => {
            does ||= reaches[this.#seen.placeOf(after)] === 1;
          });
        }
        if (!does) continue;
        reaches[place] = 1;
        isNew = true;
      }
    }
    const lost = reaches.indexOf(0);
    return lost === -1 ? undefined : lost;
  }

  #pathTo(place: number): readonly string[] {
    const places = [place];
    while (places[0] !== 0) places.unshift(this.#from[places[0]!]!);
    let isMirrored = false;
    return places.slice(1).map((to, index) => {
      const wanted = this.#seen.at(to);
      let taken: { readonly name: string; readonly isSwapped: boolean } | undefined;
      this.#steps(this.#seen.at(places[index]!), (after, name, job, isSwapped) => {
        if (after !== wanted) return;
        const number = job === undefined ? '' : `job ${(isMirrored ? 1 - job : job) + 1}: `;
        taken ??= { name: `${number}${name}`, isSwapped };
      });
      if (taken?.isSwapped === true) isMirrored = !isMirrored;
      return taken?.name ?? '';
    });
  }
}
