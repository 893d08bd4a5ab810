import { explorePair } from './explore-pair.js';
import { explore, type Exploration } from './explorer.js';
import { protocolModel } from './protocol-model.js';
import type { ProtocolOptions } from './protocol-state.js';

/** One enumeration of the model. */
export interface ModelRun extends ProtocolOptions {
  readonly name: string;
}

/** What `npm test` enumerates. */
export const SHORT_RUNS: readonly ModelRun[] = [
  { name: 'one job, one fault of any kind', signers: [1], faults: 1 },
  { name: 'a job of two signers, one crash', signers: [2], faults: 1, onlyCrashes: true },
  { name: 'two jobs, one of two signers, without faults', signers: [2, 1], faults: 0 },
  { name: 'two jobs, one crash', signers: [1, 1], faults: 1, onlyCrashes: true },
];

/** What `npm run model-check` enumerates besides. */
export const LONG_RUNS: readonly ModelRun[] = [
  { name: 'two jobs, two crashes', signers: [1, 1], faults: 2, onlyCrashes: true },
  { name: 'one job, two faults of any kind', signers: [1], faults: 2 },
  { name: 'a job of two signers, one fault of any kind', signers: [2], faults: 1 },
  { name: 'a job of three signers, one fault of any kind', signers: [3], faults: 1 },
  { name: 'two jobs, one fault of any kind', signers: [1, 1], faults: 1 },
  { name: 'two jobs, one of two signers, one crash', signers: [2, 1], faults: 1, onlyCrashes: true },
];

/** Enumerates every order of events of a run. */
export function exploreRun(run: ProtocolOptions): Promise<Exploration> {
  return run.signers.length === 2 ? explorePair(run) : explore(protocolModel(run));
}
