import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signing } from '@signering/client';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { freshFolder, waitFor } from '../fixtures/index.js';
import type { SigningFixture } from './signing-cases.js';

/** Defines the tests of batches that every {@link Signing} has to pass. */
export function defineBatchCases(fixture: () => SigningFixture): void {
  const client = (): Signing => fixture().client;

  it('sends a batch, once for each row, and reports what became of the rows', async () => {
    const file = join(freshFolder('batch'), 'lease.pdf');
    await writeFile(file, await onePagePdf('Lease'));
    const batch = (rows: readonly string[]) => ({
      reference: 'leases',
      table: { content: Buffer.from(`reference,email\n${rows.join('\n')}\n`) },
      template: { title: 'Lease', documents: [{ file }], signers: [{ emailAddress: '{{email}}' }] },
    });
    const waiting = (count: number) =>
      waitFor(async () => (await client().batches.get('leases')).counts.WAITING === count, {
        what: `${count} rows wait for their signers`,
        withinMs: 60_000,
      });
    const rows = ['row-1,a@example.com', 'row-2,b@example.com'];
    const wrong = batch([...rows, 'row-3,nobody']);
    const check = await client().checkBatch(wrong);
    assert.deepEqual([check.right, check.wrong, check.mistakes[0]?.place], [2, 1, 'row 4, column email']);
    await assert.rejects(client().startBatch(wrong), { code: 'INVALID_REQUEST' });
    await assert.rejects(client().batches.get('leases'), { code: 'BATCH_NOT_FOUND' });
    const started = await client().startBatch(batch(rows));
    assert.deepEqual([started.added, started.known], [2, 0]);
    await waiting(2);
    const repeated = await client().startBatch(batch(rows));
    assert.deepEqual([repeated.added, repeated.known], [0, 2]);

    await client().batches.pause('leases', { by: 'kari' });
    assert.equal((await client().startBatch(batch([...rows, 'row-3,c@example.com']))).added, 1);
    const paused = await client().batches.get('leases');
    assert.deepEqual([paused.state, paused.counts.UNSENT, paused.paused?.by], ['PAUSED', 1, 'kari']);
    await client().batches.resume('leases');
    await waiting(3);

    await fixture().act('row-1', 'sign', 1);
    await client().waitForResult('row-1', { timeoutMs: 60_000 });
    await client().batches.cancel('leases', { reason: 'the rest is wrong', sentToo: true });
    const seen = [];
    const signal = AbortSignal.timeout(60_000);
    for await (const described of client().batches.watch('leases', { everyMs: 100, signal })) {
      seen.push(described);
    }
    const last = seen.at(-1);
    assert.deepEqual([last?.state, last?.counts.SIGNED, last?.counts.CANCELLED], ['CANCELLED', 1, 2]);
    assert.ok(last?.endedAt !== undefined);
    const results = [];
    for await (const { row, reference, state } of client().batches.results('leases')) {
      results.push([row, reference, state]);
    }
    assert.deepEqual(results, [
      [2, 'row-1', 'SIGNED'],
      [3, 'row-2', 'CANCELLED'],
      [4, 'row-3', 'CANCELLED'],
    ]);
    assert.deepEqual(await client().batches.list(), ['leases']);
  });
}
