import { TestWorkflowEnvironment } from '@temporalio/testing';
import { existingTimeSkippingServer } from '@signering/dev-stack/internal/processes/index.js';

/** The SDK waits five seconds for the server, which is a short time on a machine that is busy. */
const MOST_STARTS = 6;
const STARTED_TOO_SLOWLY = /did not start within/u;

/** Starts Temporal with a clock that skips. The clock is global: use one server at a time. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await existingTimeSkippingServer(process.env);
  if (path === undefined) {
    throw new Error('The time-skipping server is missing: run `node scripts/prepare.mjs --for-tests`.');
  }
  const server = { executable: { type: 'existing-path', path } } as const;
  for (let start = 1; ; start += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({ server });
    } catch (error) {
      if (start === MOST_STARTS || !STARTED_TOO_SLOWLY.test(String(error))) throw error;
    }
  }
}
