import type { Client } from '@temporalio/client';
import { storageIdOfWorker } from '@signering/contract';
import { StorageMismatchError } from '@signering/storage';

/** A worker asks for work at least once a minute; Temporal lists those that ended for five. */
const GONE_AFTER_MS = 2 * 60_000;

/**
 * Compares this client's storage with that of the workers that poll now. Says nothing when no worker is there, when
 * Temporal does not list them, and when at least one of them uses this storage.
 * @throws STORAGE_MISMATCH (retryable) when all of them use another one
 */
export async function checkStorageOfWorkers(
  client: Client,
  { storageId, taskQueue }: { readonly storageId: string; readonly taskQueue: string },
): Promise<void> {
  const used = await storageIdsOfWorkers(client, taskQueue).catch((): readonly string[] => []);
  if (used.length === 0 || used.includes(storageId)) return;
  throw new StorageMismatchError({ here: storageId, there: used.join(', '), whose: 'the workers use' });
}

async function storageIdsOfWorkers(client: Client, taskQueue: string): Promise<readonly string[]> {
  const { namespace } = client.options;
  // Returns the pollers of workflow tasks only.
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
  });
  const ids = pollers
    .filter(({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < GONE_AFTER_MS)
    .map(({ identity }) => storageIdOfWorker(identity ?? ''))
    .filter((id) => id !== undefined);
  return [...new Set(ids)];
}
