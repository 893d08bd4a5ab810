import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { loadTemporalSettings } from '@signering/settings';
import type { Stack } from '../index.js';

/**
 * Ends a demo's workflows on an external cluster. They would otherwise wait or poll for weeks, and could not be read
 * any more, because the demo's key is lost.
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
