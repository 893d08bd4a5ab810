import type { TimeSkippingTestWorkflowEnvironmentOptions } from '@temporalio/testing';
import { existingTimeSkippingServer } from '../../cli/local-stack/index.js';

/** What `TestWorkflowEnvironment.createTimeSkipping` needs. Its clock is global: use one at a time. */
export async function timeSkippingServerOptions(): Promise<TimeSkippingTestWorkflowEnvironmentOptions> {
  const path = await existingTimeSkippingServer(process.env);
  if (path === undefined) {
    throw new Error('The time-skipping server is missing: run `node scripts/prepare.mjs --for-tests`.');
  }
  return { server: { executable: { type: 'existing-path', path } } };
}
