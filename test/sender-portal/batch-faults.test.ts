import assert from 'node:assert/strict';
import { InMemorySigningClient } from '@signering/client/testing';
import { InvalidInputError } from '@signering/schema';
import type { BatchSending } from '@signering/sender-portal/internal/batches/batch-check.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('batches in the sender portal, when something goes wrong', () => {
  let test: PortalUnderTest;
  let anne: TestBrowser;
  let orders: string[];
  let brokenCancel = false;
  let startBatch: BatchSending['startBatch'];
  let checkBatch: BatchSending['checkBatch'];
  const client = new InMemorySigningClient({ organizationNumber: ORGANIZATION });
  const refusal = () => new InvalidInputError('INVALID_REQUEST', 'Nothing was sent', []);
  before(async function () {
    const { batches } = client;
    const cancel: typeof batches.cancel = (reference, options) => {
      orders.push(options.reason);
      if (brokenCancel) return Promise.reject(new Error('away'));
      return batches.cancel(reference, options);
    };
    const watched = new Proxy(batches, {
      get: (target, name) => {
        if (name === 'cancel') return cancel;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    test = await openPortalUnderTest(this, {
      batches: {
        checkBatch: (source, options) => checkBatch(source, options),
        startBatch: (request, options) => startBatch(request, options),
        batches: watched,
      },
    });
    anne = await test.browserOf('anne@example.com');
  });
  after(() => test.close());
  beforeEach(() => {
    orders = [];
    brokenCancel = false;
    checkBatch = (source, options) => client.checkBatch(source, options);
    startBatch = (request, options) => client.startBatch(request, options);
  });

  const rowOf = (id: string) =>
    test.tables.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const work = async (id: string) => {
    const batch = await test.portal.parts.batches.find(anne.session, id);
    assert.ok(batch !== undefined);
    await test.portal.parts.batchWork.begin(batch.row, 60_000);
  };
  /** Sends a checked batch, with one attempt of the hand-over. */
  const sent = async (reference: string): Promise<string> => {
    const id = await test.batchOf(anne, `reference;email\r\n${reference};a@example.com\r\n`);
    await work(id);
    const { stage, round } = await rowOf(id);
    assert.equal(stage, 'CHECKED');
    assert.equal((await anne.post(`/batches/${id}/send`, { round: String(round) })).statusCode, 303);
    return id;
  };

  it('are sent where the hand-over was refused after rows were released', async () => {
    startBatch = async (request, options) => {
      await client.startBatch(request, options);
      throw refusal();
    };
    const { stage, refusal: code } = await rowOf(await sent('half-1'));
    assert.deepEqual([stage, code, orders], ['SENT', null, []]);
  });

  it('withdraw what a refused hand-over has claimed, before they can be deleted', async () => {
    startBatch = () => Promise.reject(refusal());
    const { stage, refusal: code } = await rowOf(await sent('none-1'));
    assert.deepEqual([stage, code, orders], ['CHECKING', 'INVALID_REQUEST', ['The hand-over was refused']]);
  });

  it('have a line for each order, download and look at the draft of another person', async () => {
    const bjorn = await test.browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    const draft = (await test.fullDraft(bjorn)).replace('/drafts/', '');
    for (const page of ['new', 'example.csv']) {
      assert.equal((await anne.get(`/batches/${page}?draft=${draft}`)).statusCode, 200);
    }
    assert.deepEqual((await test.actionsOf(draft)).slice(-2), ['DRAFT_SEEN', 'DRAFT_SEEN']);
    const linesOf = async (id: string) => {
      const { reference } = await rowOf(id);
      const rows = await test.tables.selectFrom('audit').selectAll().orderBy('id').execute();
      return rows
        .filter(({ detail }) => detail?.startsWith(reference))
        .map(({ action, detail }) => `${action} ${detail?.slice(reference.length) ?? ''}`.trim());
    };
    const id = await test.batchOf(anne, 'reference;email\r\n;\r\na;\r\na;\r\n');
    await work(id);
    assert.equal((await anne.get(`/batches/${id}/mistakes.csv`)).statusCode, 200);
    assert.deepEqual((await linesOf(id)).at(-1), 'BATCH_SEEN  mistakes.csv');
    const order = await sent('order-1');
    assert.equal((await anne.post(`/batches/${order}/cancel`, { reason: '' })).statusCode, 422);
    assert.equal((await linesOf(order)).at(-1), 'BATCH_SENT');
    // The order itself fails.
    brokenCancel = true;
    assert.equal((await anne.post(`/batches/${order}/cancel`, { reason: 'wrong' })).statusCode, 500);
    assert.equal((await linesOf(order)).at(-1), 'BATCH_CANCELLED');
  });

  it('are not checked for ever where the check ends the process each time', async () => {
    const id = await test.batchOf(anne);
    let checks = 0;
    checkBatch = () => {
      checks += 1;
      return Promise.reject(new Error('out of memory'));
    };
    for (let round = 0; round < 5; round += 1) {
      await work(id);
      test.setNow(new Date(Number(test.now()) + 61_000));
    }
    assert.deepEqual([checks, (await rowOf(id)).stage], [3, 'CHECKED']);
    assert.match((await anne.get(`/batches/${id}`)).body, /The table cannot be used/u);
  });

  it('with more than 20,000 rows are refused by their check', async () => {
    const id = await test.batchOf(anne, `reference;email\r\n${'a;b\r\n'.repeat(20_001)}`);
    await work(id);
    const { body } = await anne.get(`/batches/${id}`);
    assert.match(body, /The table has too many rows/u);
  });
});
