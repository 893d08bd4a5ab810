import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { loadTemporalSettings } from '@signering/settings';
import type { Stack } from '../index.js';

/**
 * Ends what a demo has started on a cluster that is kept. Nobody could read it any more: the demo's key goes with the
 * demo. Otherwise it would wait, or poll, for weeks.
 */
export async function endWorkflows(stack: Stack, workflowIds: readonly string[]): Promise<void> {
  const { connection: options, namespace } = loadTemporalSettings(stack.settings);
  const connection = await Connection.connect(options);
  try {
    const { workflow } = new Client({ connection, namespace });
    for (const id of workflowIds) {
      try {
        await workflow.getHandle(id).terminate('The demo is over.');
      } catch (error) {
        // It has ended, or was never started.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    }
  } finally {
    await connection.close();
  }
}
