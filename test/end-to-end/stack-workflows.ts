import { Client, type Connection, type WorkflowClient } from '@temporalio/client';
import { createDataConverter } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import type { TestStack } from '../fixtures/index.js';

/** The workflows of a stack as an operator reaches them: with the stack's keys, past `SigningClient`. */
export function workflowsOf(stack: TestStack, connection: Connection): WorkflowClient {
  const { keys } = loadClientSettings(stack.env);
  const { namespace } = stack.temporal;
  return new Client({ connection, namespace, dataConverter: createDataConverter(keys) }).workflow;
}
