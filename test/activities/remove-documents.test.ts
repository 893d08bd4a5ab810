import assert from 'node:assert/strict';
import { createRemoveDocumentsActivity } from '@signering/activities/internal/remove-documents.js';
import type { LedgerProgress, Storage } from '@signering/storage';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { describeEachStorage, type TemporaryStorage } from '../storage/temporary-storage.js';
import { runActivity } from './activity-stage.js';

const ORGANIZATION = '910000007';
const AT = '2026-03-01T12:00:00.000Z';

describeEachStorage('the removal of documents to sign, while a legal hold cannot be read', (open) => {
  let temporary: TemporaryStorage;
  let storage: Storage;
  beforeEach(async () => {
    temporary = await open();
    storage = temporary.storage;
  });
  afterEach(() => temporary.remove());

  const keyOf = (reference: string) => ({ organizationNumber: ORGANIZATION, reference });

  /** Claims and settles a job with a document that was put three months ago. */
  async function settled(reference: string, progress: Partial<LedgerProgress> = {}) {
    const { documents, ledger, archive } = storage;
    const names = { name: 'a.pdf', mediaType: 'application/pdf' } as const;
    const document = await documents.put(Buffer.from(reference), names);
    await temporary.raw.setModified(
      `documents/${document.sha256.slice(0, 2)}/${document.sha256}`,
      new Date(Date.now() - 90 * 86_400_000),
    );
    const claim = { ...keyOf(reference), flow: 'PORTAL', contentDigest: 'a'.repeat(64) } as const;
    const entry = await ledger.claim({ ...claim, ...CLAIMED_INPUT, documents: [document] });
    const created = { signatureJobId: reference, createdAt: AT };
    const folder = archive.folderOf({ ...keyOf(reference), ...created });
    const outcome = { outcome: 'SIGNED', folder, settledAt: AT } as const;
    await ledger.advance(entry, { created, settled: outcome, confirmedAt: AT, ...progress });
    return document;
  }

  async function damageHolds(): Promise<void> {
    for (const path of await temporary.raw.list('holds')) {
      await temporary.raw.write(`holds/${path}`, 'not JSON');
    }
  }

  async function removed() {
    const events: string[] = [];
    const { removeDocuments } = createRemoveDocumentsActivity({
      ...storage,
      retention: { documentsDays: 30 },
      onRetention: ({ what, result }) => events.push(`${what} ${result}`),
    });
    return { part: await runActivity(removeDocuments, { dryRun: false }), events };
  }

  it('keeps those of its job and removes the others', async () => {
    const held = await settled('held');
    const other = await settled('other');
    await storage.holds.place({ ...keyOf('held'), reason: 'Case 26-0042', at: AT });
    await damageHolds();
    const { part, events } = await removed();
    assert.deepEqual([part?.removed, part?.held, part?.stopped], [1, 1, undefined]);
    assert.deepEqual(events, ['document removed']);
    assert.deepEqual([await storage.documents.has(held), await storage.documents.has(other)], [true, false]);
  });

  it('goes on when the job is erased', async () => {
    const erasure = { at: AT, duplicates: [] };
    await settled('erased', { erasing: erasure });
    await storage.holds.preclude(keyOf('erased'), erasure);
    const erasing = await storage.ledger.find(keyOf('erased'));
    await storage.ledger.erase(erasing!, erasure, []);
    await settled('other');
    await damageHolds();
    assert.equal((await removed()).part?.stopped, undefined);
    assert.equal((await removed()).part?.removed, 0);
  });

  it('removes nothing when the ledger entry of its job cannot be read either', async () => {
    await storage.holds.place({ ...keyOf('unknown'), reason: 'Case 26-0042', at: AT });
    await settled('other');
    await damageHolds();
    const { part, events } = await removed();
    assert.match(part?.stopped ?? '', /^1 ledger entries of jobs with a legal hold cannot be read$/u);
    assert.deepEqual([part?.removed, events], [0, ['document stopped']]);
  });
});
