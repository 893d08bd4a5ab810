import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchRowState, Signing } from '@signering/client';
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
    const { state, sent, counts } = paused;
    assert.deepEqual([state, sent, counts.UNSENT, paused.paused?.by], ['PAUSED', 2, 1, 'kari']);
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
    assert.ok(last?.endedAt !== undefined);
    assert.deepEqual(
      [last.state, last.sent, last.counts.SIGNED, last.counts.CANCELLED],
      ['CANCELLED', 3, 1, 2],
    );
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

  it('cancels with the sent rows of a batch no job that uses the reference of a withdrawn row', async () => {
    const content = await onePagePdf('Lease');
    const batch = (reference: string, title: string, rows: readonly string[]) => ({
      reference,
      table: { content: Buffer.from(`reference\n${rows.join('\n')}\n`) },
      template: {
        title,
        documents: [{ content, name: 'lease.pdf' }],
        signers: [{ emailAddress: 'a@example.com' }],
      },
    });
    const has = (reference: string, state: BatchRowState, rows: number) =>
      waitFor(async () => (await client().batches.get(reference)).counts[state] === rows, {
        what: `${rows} rows of ${reference} are ${state}`,
      });
    await client().startBatch(batch('first', 'Lease', ['shared-1']));
    await has('first', 'WAITING', 1);
    await client().batches.pause('first');
    await client().startBatch(batch('first', 'Lease', ['shared-1', 'shared-2']));
    await client().batches.cancel('first', { reason: 'a wrong reference' });
    await has('first', 'WITHDRAWN', 1);
    await client().startBatch(batch('second', 'Another lease', ['shared-2']));
    await has('second', 'WAITING', 1);
    await client().batches.cancel('first', { reason: 'the rest is wrong too', sentToo: true });
    await has('first', 'CANCELLED', 1);
    const ended = await waitFor(
      async () => {
        const { endedAt, counts } = await client().batches.get('first');
        return endedAt === undefined ? undefined : counts;
      },
      { what: 'the first batch has ended' },
    );
    assert.deepEqual([ended.CANCELLED, ended.WITHDRAWN], [1, 1]);
    const { sent, counts } = await client().batches.get('second');
    assert.deepEqual([sent, counts.WAITING], [1, 1]);
  });

  it('leaves a row that a paused batch took over to that batch, also once the first batch is released again', async () => {
    const content = await onePagePdf('Lease');
    const start = (reference: string, rows: readonly string[]) =>
      client().startBatch({
        reference,
        table: { content: Buffer.from(`reference\n${rows.join('\n')}\n`) },
        template: {
          title: 'Lease',
          documents: [{ content, name: 'lease.pdf' }],
          signers: [{ emailAddress: 'a@example.com' }],
        },
      });
    const has = (reference: string, state: BatchRowState, rows: number) =>
      waitFor(async () => (await client().batches.get(reference)).counts[state] === rows, {
        what: `${rows} rows of ${reference} are ${state}`,
      });
    for (const reference of ['left', 'taking']) {
      await start(reference, [`${reference}-1`]);
      await has(reference, 'WAITING', 1);
      await client().batches.pause(reference);
    }
    await start('left', ['left-1', 'moved']);
    await client().batches.cancel('left', { reason: 'a wrong row' });
    await has('left', 'WITHDRAWN', 1);
    await start('taking', ['taking-1', 'moved']);
    // Behind the row that was withdrawn.
    await start('left', ['left-1', 'left-2']);
    await has('left', 'WAITING', 2);
    const { state, counts } = await client().batches.get('taking');
    assert.deepEqual([state, counts.UNSENT, counts.WAITING], ['PAUSED', 1, 1]);
    await client().batches.resume('taking');
    await has('taking', 'WAITING', 2);
  });
}
