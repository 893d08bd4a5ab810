import type { Client } from '@temporalio/client';
import { FLOWS, OPEN_STATES, SIGNING_FLOW, SIGNING_STATE } from '@signering/contract';
import type { Meters } from './meters.js';
import type { Sampler } from './sampling.js';

/** Counts the open jobs of each flow and state, of every sender in the namespace. */
export function sampleJobs(temporal: Client, { jobs }: Pick<Meters, 'jobs'>): Sampler {
  const sample = async (): Promise<void> => {
    for (const flow of FLOWS) {
      for (const state of OPEN_STATES) {
        const query = `${SIGNING_FLOW.name}="${flow}" AND ${SIGNING_STATE.name}="${state}" AND ExecutionStatus="Running"`;
        const { count } = await temporal.workflow.count(query);
        jobs.set(count, { flow, state });
      }
    }
  };
  return { name: 'jobs', sample };
}
