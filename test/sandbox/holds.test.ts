import assert from 'node:assert/strict';
import { createRequest } from './stage/order.js';
import { element } from './stage/answer-elements.js';
import type { Sender } from './stage/sender.js';
import { startTestSandbox, type TestSandbox } from './stage/test-sandbox.js';
import { until } from './stage/until.js';

interface Hold {
  readonly operation: string;
  readonly when: string;
  readonly state: string;
}
interface LedgerEntry {
  readonly operation?: string;
  readonly held?: string;
  readonly answer?: { readonly status: number };
}

describe('holds', () => {
  let sandbox: TestSandbox;
  let sender: Sender;
  beforeEach(async () => {
    sandbox = await startTestSandbox();
    sender = await sandbox.sender();
  });
  afterEach(async () => await sandbox.close());

  const holds = async () => ((await sandbox.admin('GET', '/holds')) as { holds: readonly Hold[] }).holds;
  const jobs = async () =>
    ((await sandbox.admin('GET', '/jobs')) as { jobs: readonly { readonly signatureJobId: string }[] }).jobs;
  const ledger = async () =>
    ((await sandbox.admin('GET', '/ledger')) as { calls: readonly LedgerEntry[] }).calls;
  const untilHolding = async (): Promise<void> =>
    await until('a call is held', async () => (await holds()).some(({ state }) => state === 'HOLDING'));

  it('block the next call before it takes effect, and let it continue when released', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'create', when: 'before' });
    const created = sender.create();
    await untilHolding();
    assert.deepEqual(await jobs(), []);
    await sandbox.admin('DELETE', '/holds');
    assert.equal((await created).status, 200);
    assert.equal((await jobs()).length, 1);
  });

  it('drop a call that was held before its effect if its client has disconnected', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'create', when: 'before' });
    const leaving = new AbortController();
    const { headers, body } = await createRequest(sender);
    const call = sender.call('POST', '/portal/signature-jobs', { headers, body, signal: leaving.signal });
    await untilHolding();
    leaving.abort();
    await assert.rejects(call, { name: 'AbortError' });
    await until('the sandbox has seen the client leave', async () => {
      await sandbox.admin('DELETE', '/holds');
      return (await ledger()).some(({ operation }) => operation === 'create');
    });
    assert.deepEqual(await jobs(), []);
    const [entry] = await ledger();
    assert.equal(entry!.held, 'before');
    assert.equal(entry!.answer, undefined);
  });

  it('block a call after its effect is on disk, with or without its client', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'create', when: 'after' });
    const created = sender.create();
    await untilHolding();
    assert.equal((await jobs()).length, 1);
    assert.equal((await ledger()).at(-1)!.answer!.status, 200);
    await sandbox.admin('DELETE', '/holds');
    const id = element((await created).text, 'signature-job-id');
    assert.deepEqual(
      (await jobs()).map((job) => job.signatureJobId),
      [id],
    );
  });

  it('block one call each, and only of their operation', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'probe', when: 'before' });
    assert.equal((await sender.poll()).status, 204);
    const first = sender.call('GET', '');
    await untilHolding();
    assert.equal((await sender.call('GET', '')).status, 200);
    await sandbox.admin('DELETE', '/holds');
    assert.equal((await first).status, 200);
    assert.deepEqual(await holds(), []);
  });

  it('after the effect wait for a call with an effect: not an error or an empty queue', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'fetchStatusChange', when: 'after' });
    assert.equal((await sender.poll()).status, 204);
    const id = element((await sender.create()).text, 'signature-job-id');
    await sandbox.admin('POST', `/jobs/${id}/signers/1/sign`);
    const polled = sender.poll();
    await untilHolding();
    await sandbox.admin('DELETE', '/holds');
    assert.equal((await polled).status, 200);
  });

  it('end with the sandbox: a call that was held before its effect has none', async () => {
    await sandbox.admin('POST', '/holds', { operation: 'create', when: 'before' });
    const created = sender.create();
    const lost = assert.rejects(created);
    await untilHolding();
    await sandbox.restart();
    await lost;
    assert.deepEqual(await jobs(), []);
    assert.deepEqual(await holds(), []);
  });
});
