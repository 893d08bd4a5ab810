import type { BatchIdentity, PortalSigningInput } from '@signering/contract';
import { createJsonEncryption } from '@signering/encryption';
import { BatchTally, isUnsettled, type BatchRecord } from '@signering/storage';
import { cancelInMemory } from './cancel-in-memory.js';
import type { InMemoryWorld } from './in-memory-world.js';

/** Does what storage says about a batch, as its workflow does: starts, withdraws or cancels the jobs of rows, and records the end. */
export async function advanceBatch(batch: BatchIdentity, world: InMemoryWorld): Promise<void> {
  const { batches, ledger } = world.storage;
  const record = await batches.find(batch);
  if (record === undefined || record.ended !== undefined) return;
  const { lists, cancelled, paused, newest } = record;
  if (paused === undefined) {
    for await (const { reference } of batches.rows(batch, [...lists, ...(cancelled?.unreleased ?? [])])) {
      await advanceRow(reference, record, world);
    }
  }
  const counts = await new BatchTally(ledger).count(batch, batches.rows(batch, lists));
  if (counts.UNSENT + counts.WAITING > 0) return;
  await batches.record(batch, { event: 'ENDED', at: new Date().toISOString(), seen: newest, counts });
}

async function advanceRow(
  reference: string,
  { organizationNumber, reference: batch, cancelled }: BatchRecord,
  world: InMemoryWorld,
): Promise<void> {
  const { ledger } = world.storage;
  const key = { organizationNumber, reference };
  const entry = await ledger.find(key);
  // Another batch, or a single order, sends it, or has sent it.
  if (entry === undefined || !isUnsettled(entry) || entry.batch !== batch) return;
  const { created, input } = entry;
  if (cancelled === undefined) {
    if (created !== undefined || input === undefined) return;
    const decrypted = (await createJsonEncryption(world.keys).decrypt(input)) as PortalSigningInput;
    world.start({ flow: 'PORTAL', input: decrypted });
    return;
  }
  if (created === undefined) {
    const abandoned = { abandonedAt: new Date().toISOString(), withdrawn: true } as const;
    ledger.advance(key, { abandoned });
    return;
  }
  const job = world.find(key);
  const { reason = 'The batch was cancelled', by, sentToo } = cancelled;
  if (sentToo && job !== undefined) cancelInMemory(job, { reason, by });
}
