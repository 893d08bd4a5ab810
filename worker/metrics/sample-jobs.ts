import { FLOWS, OPEN_STATES, SIGNING_FLOW, SIGNING_STATE, SIGNING_STATES } from '@signering/contract';
import type { Meters } from './meters.js';
import type { RunningWorkflows } from './running-workflows.js';
import type { Sampler } from './sampling.js';

/** Counts the open jobs of each flow and state, those of a later version as UNKNOWN. */
export function sampleJobs(workflows: RunningWorkflows, { jobs }: Pick<Meters, 'jobs'>): Sampler {
  const sample = async (): Promise<void> => {
    for (const flow of [...FLOWS, 'UNKNOWN']) {
      for (const state of [...OPEN_STATES, 'UNKNOWN']) {
        const ofFlow = clauseOf(SIGNING_FLOW.name, flow, FLOWS);
        // A job has its outcome as state for a moment before its workflow ends.
        const inState = clauseOf(SIGNING_STATE.name, state, SIGNING_STATES);
        jobs.set(await workflows.count(`${ofFlow} AND ${inState}`), { flow, state });
      }
    }
  };
  return { name: 'jobs', sample };
}

function clauseOf(attribute: string, word: string, known: readonly string[]): string {
  if (word !== 'UNKNOWN') return `${attribute}="${word}"`;
  return `${attribute} NOT IN (${known.map((one) => `"${one}"`).join(', ')})`;
}
