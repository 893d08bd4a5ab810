import assert from 'node:assert/strict';
import type { AdminErrorBody } from '@signering/sandbox/internal/admin/admin-error.js';
import { FAULT_KINDS } from '@signering/sandbox/internal/faults/fault-kinds.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';

interface Pending {
  readonly fault: string;
  readonly operation: string;
  readonly times: number;
  readonly settings: object;
}

describe('requested faults', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());
  afterEach(async () => await api.admin('DELETE', '/faults'));

  const order = async (fault: object): Promise<Pending> => await api.admin('POST', '/faults', fault, 201);
  const pending = async (): Promise<readonly Pending[]> =>
    (await api.admin<{ readonly faults: readonly Pending[] }>('GET', '/faults')).faults;
  const refusal = async (fault: object): Promise<string> =>
    (await api.admin<AdminErrorBody>('POST', '/faults', fault, 400)).error.message;

  it('are pending with all their settings until they have happened as often as requested, or are removed', async () => {
    const made = await order({ fault: 'status', operation: 'probe', status: 503, times: 2 });
    assert.deepEqual(await pending(), [made]);
    assert.deepEqual(made.settings, { status: 503, headers: {}, when: 'before' });
    assert.equal((await api.call('GET', '')).status, 503);
    assert.equal((await pending())[0]!.times, 1);
    assert.equal((await api.call('GET', '')).status, 503);
    assert.deepEqual(await pending(), []);
    assert.equal((await api.call('GET', '')).status, 200);

    await order({ fault: 'status', operation: 'probe', status: 503 });
    assert.equal((await api.admin<{ readonly faults: object[] }>('DELETE', '/faults')).faults.length, 1);
    assert.equal((await api.call('GET', '')).status, 200);
  });

  it('happen to one call each, in the order in which they were requested, and to no other operation', async () => {
    await order({ fault: 'status', operation: 'probe', status: 500 });
    await order({ fault: 'status', operation: 'probe', status: 502 });
    assert.equal((await api.poll()).status, 204);
    assert.equal((await api.call('GET', '')).status, 500);
    assert.equal((await api.call('GET', '')).status, 502);
    assert.equal((await api.call('GET', '')).status, 200);
  });

  it('are named in the ledger, beside the result of the call', async () => {
    await order({ fault: 'status', operation: 'probe', status: 503, when: 'after' });
    assert.equal((await api.call('GET', '')).status, 503);
    const { calls: ledger } = await api.admin<{
      readonly calls: readonly { readonly fault?: string; readonly answer?: object }[];
    }>('GET', '/ledger');
    assert.equal(ledger.at(-1)!.fault, 'status');
    assert.deepEqual((ledger.at(-1)!.answer as { readonly status: number }).status, 200);
  });

  it('wait for a response that they can change: an error has no content, an empty queue no change', async () => {
    await order({ fault: 'malformedXml', operation: 'fetchStatusChange' });
    assert.equal((await api.poll()).status, 204);
    assert.equal((await pending()).length, 1);
  });

  it('are rejected with every mistake in the request named', async () => {
    const words = await refusal({
      fault: 'delay',
      operation: 'confrim',
      times: 0,
      delaySecond: 5,
      when: 'never',
    });
    for (const name of ['operation', 'times', 'delaySeconds', 'delaySecond', 'when']) {
      assert.match(words, new RegExp(name, 'u'));
    }
    assert.match(
      await refusal({ fault: 'dealy', operation: 'nothing' }),
      /fault: .*"delay".*; operation: .*"create"/u,
    );
    assert.match(await refusal({}), /fault: /u);
    assert.match(await refusal([]), /./u);
    assert.match(await refusal({ fault: 'corrupted', operation: 'create' }), /operation: .*"pades"/u);
    assert.match(await refusal({ fault: 'status', operation: 'create', status: 99 }), /status: /u);
    assert.match(
      await refusal({ fault: 'wrongContentLength', operation: 'pades', difference: 0 }),
      /must not be 0/u,
    );
    assert.deepEqual(await pending(), []);
  });

  it('can be requested by every name, for every permitted operation, with the required settings only', async () => {
    const needed: Readonly<Record<string, object>> = {
      delay: { delaySeconds: 1 },
      status: { status: 500 },
      wrongContentLength: { difference: 1 },
      clockSkew: { skewSeconds: 1 },
    };
    for (const { name, operations } of FAULT_KINDS) {
      for (const operation of operations) await order({ fault: name, operation, ...needed[name] });
    }
    assert.equal((await pending()).length, FAULT_KINDS.flatMap(({ operations }) => operations).length);
  });
});
