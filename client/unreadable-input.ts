import type { Client } from '@temporalio/client';
import { KeyMismatchError, type KeyFingerprintStore } from '@signering/encryption';
import { startedWorkflow } from './started-input.js';

/**
 * Checks whether a workflow is blocked because its input is encrypted under a key that no worker has, or that this
 * process does not have. In Temporal such a workflow looks like one without a worker.
 * @returns KEY_MISMATCH naming the workflow and the key id; undefined when every key is there
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function unreadableInput(
  client: Client,
  workflowId: string,
  keyFingerprints: KeyFingerprintStore,
): Promise<KeyMismatchError | undefined> {
  const started = await startedWorkflow(client, workflowId);
  if (started?.keyId === undefined) return undefined;
  const { keyId, input } = started;
  const what = `The input of workflow ${workflowId} is encrypted under key "${keyId}"`;
  const unknownToWorkers =
    (await keyFingerprints.recall(keyId)) === undefined && !(await keyFingerprints.isEmpty());
  if (unknownToWorkers) {
    return new KeyMismatchError(
      `${what}, which no worker has, so the job is blocked. Add that key to SIGNERING_KEYS of every worker, behind ` +
        'the key that they encrypt with, and restart them; or terminate the workflow and send the job again.',
    );
  }
  try {
    await input();
    return undefined;
  } catch (error) {
    if (!(error instanceof KeyMismatchError)) throw error;
    return new KeyMismatchError(
      `${what}, and this process cannot decrypt it. Compare SIGNERING_KEYS with that of the workers and of the system ` +
        'that started the job.',
      error,
    );
  }
}
