import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createAdvanceBatchActivity } from '@signering/activities/internal/advance-batch.js';
import { claimOf } from '@signering/activities/internal/recorded-job.js';
import { TASK_QUEUE, type BatchPosition } from '@signering/contract';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { openFileStorage, type BatchEvent } from '@signering/storage';
import { createNamespace, freshFolder, sharedTemporal } from '../fixtures/index.js';
import { runActivity } from './activity-stage.js';
import { createInput, ORGANIZATION } from './signing-input.js';

export type BatchStage = Awaited<ReturnType<typeof openBatchStage>>;

/** Batches in storage, and the activity that advances them, in a namespace without workers. */
export async function openBatchStage() {
  const encryption = createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')])));
  const { address } = await sharedTemporal();
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection, namespace: await createNamespace(address) });
  const root = freshFolder('batches');
  const storage = await openFileStorage({ root, create: true });
  const document = await storage.documents.put(Buffer.from('%PDF-1.4'), {
    name: 'avtale.pdf',
    mediaType: 'application/pdf',
  });
  const { advanceBatch } = createAdvanceBatchActivity({
    ...storage,
    temporal,
    taskQueue: TASK_QUEUE,
    encryption,
    webhookReceivers: [{ id: 'case-system' }],
  });

  const batchOf = (reference: string) => ({ organizationNumber: ORGANIZATION, reference });

  async function claim(
    reference: string,
    batch: string,
    contentDigest = 'c'.repeat(64),
    { renew = false, as = encryption } = {},
  ) {
    const { sendAgainAfter: _, ...job } = createInput(reference, document);
    return storage.ledger.claim({ ...(await claimOf({ ...job, contentDigest }, as)), batch }, { renew });
  }

  return {
    temporal,
    root,
    storage,
    document,
    encryption,
    batchOf,
    entryOf: (reference: string) => storage.ledger.find({ organizationNumber: ORGANIZATION, reference }),
    claim,
    /** Claims the rows of a batch, and adds a list of them. @returns its number */
    handOver: async (batch: string, references: readonly string[]): Promise<number> => {
      for (const reference of references) await claim(reference, batch);
      return storage.batches.addRows(
        batchOf(batch),
        references.map((reference, index) => ({ reference, row: index + 2 })),
      );
    },
    record: (batch: string, event: Omit<BatchEvent, 'at'>) =>
      storage.batches.record(batchOf(batch), { ...event, at: new Date().toISOString() }),
    advanced: (batch: string, position: BatchPosition = { handled: 0 }) =>
      runActivity(advanceBatch, { ...batchOf(batch), ...position }),
    close: () => connection.close(),
  };
}

/** Damages the ledger entry of a reference. */
export async function damageEntry(reference: string, root: string): Promise<void> {
  const folder = join(root, 'ledger');
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.includes('references') || !name.endsWith('.json')) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    if (text.includes(`"${reference}"`)) await writeFile(path, '{');
  }
}
