import type { ProtocolOptions } from './protocol-state.js';

/** One enumeration of the model. */
export interface ModelRun extends ProtocolOptions {
  readonly name: string;
}

/** What `npm test` enumerates. */
export const SHORT_RUNS: readonly ModelRun[] = [
  { name: 'one job, one fault of any kind', signers: [1], faults: 1 },
  { name: 'a job of two signers, one crash', signers: [2], faults: 1, onlyCrashes: true },
  { name: 'two jobs without faults', signers: [2, 1], faults: 0 },
];

/** What `npm run model-check` enumerates besides. */
export const LONG_RUNS: readonly ModelRun[] = [
  { name: 'one job, two faults of any kind', signers: [1], faults: 2 },
  { name: 'a job of two signers, one fault of any kind', signers: [2], faults: 1 },
  { name: 'two jobs, one crash', signers: [1, 1], faults: 1, onlyCrashes: true },
  { name: 'two jobs, two crashes', signers: [1, 1], faults: 2, onlyCrashes: true },
];
