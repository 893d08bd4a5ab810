import assert from 'node:assert/strict';
import { InvalidInputError, SigningError } from '@signering/schema';
import type { BatchSending } from '@signering/sender-portal/internal/batches/batch-check.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { waitFor } from '../fixtures/index.js';
import { keepUp } from '@signering/sender-portal/internal/upkeep.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('batches in the sender portal, when something goes wrong', () => {
  let test: PortalUnderTest;
  let anne: TestBrowser;
  let orders: string[];
  let replaced: Partial<Pick<PortalUnderTest['client']['batches'], 'cancel' | 'wake'>>;
  let startBatch: BatchSending['startBatch'];
  let checkBatch: BatchSending['checkBatch'];
  const refusal = () => new InvalidInputError('INVALID_REQUEST', 'Nothing was sent', []);
  before(async function () {
    test = await openPortalUnderTest(this, {
      batches: {
        checkBatch: (source, options) => checkBatch(source, options),
        startBatch: (request, options) => startBatch(request, options),
        get batches() {
          return watched(test.client);
        },
      },
    });
    const watched = ({ batches }: PortalUnderTest['client']) =>
      new Proxy(batches, {
        get: (target, name) => {
          const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    anne = await test.browserOf('anne@example.com');
  });
  after(() => test.close());
  beforeEach(() => {
    orders = [];
    replaced = {
      cancel: (reference, options) => {
        orders.push(options.reason);
        return test.client.batches.cancel(reference, options);
      },
    };
    checkBatch = (source, options) => test.client.checkBatch(source, options);
    startBatch = (request, options) => test.client.startBatch(request, options);
  });

  const rowOf = (id: string) =>
    test.tables.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const work = async (id: string) => {
    const batch = await test.portal.parts.batches.find(anne.session, id);
    assert.ok(batch !== undefined);
    await test.portal.parts.batchWork.begin(batch.row, 600_000);
  };
  /** Sends a checked batch, with one attempt of the hand-over, for whose end the request itself waits only a short time. */
  const sent = async (
    reference: string,
    table = `reference;email\r\n${reference};a@example.com\r\n`,
  ): Promise<string> => {
    const id = await test.batchOf(anne, table);
    await work(id);
    const { stage, round } = await rowOf(id);
    assert.equal(stage, 'CHECKED');
    const form = { round: String(round), skipsWrong: 'yes' };
    assert.equal((await anne.post(`/batches/${id}/send`, form)).statusCode, 303);
    if ((await rowOf(id)).stage === 'SENDING') await work(id);
    return id;
  };

  it('are sent where the hand-over was refused after rows were released, once they know who gets the email', async () => {
    const named: unknown[] = [];
    // It fails at its last step, the signal.
    startBatch = async (request, options) => {
      named.push(options?.emailsTo);
      await test.client.startBatch(request);
      throw refusal();
    };
    replaced.wake = () => Promise.reject(new SigningError('TEMPORAL_REFUSED', 'No signal.'));
    const table = 'reference;email\r\nhalf-1;a@example.com\r\n;b@example.com\r\n';
    const id = await sent('half-1', table);
    assert.equal((await rowOf(id)).stage, 'SENDING');
    replaced.wake = (reference, options) => {
      named.push(options?.emailsTo);
      return test.client.batches.wake(reference, options);
    };
    test.setNow(new Date(Number(test.now()) + 61_000));
    await work(id);
    const { stage, refusal: code } = await rowOf(id);
    assert.deepEqual([stage, code, orders], ['SENT', null, []]);
    const to = {
      emailAddress: 'anne@example.com',
      language: 'en',
      link: `http://127.0.0.1:8090/batches/${id}`,
    };
    assert.deepEqual(named, [to, to, to]);
    assert.match((await anne.get(`/batches/${id}`)).body, /1 row was left out/u);
  });

  it('say before they are sent whether the person who made them gets an email', async () => {
    const id = await test.batchOf(anne, 'reference;email\r\ntold-1;a@example.com\r\n');
    await work(id);
    const page = async () => (await anne.get(`/batches/${id}`)).body;
    assert.match(await page(), /gets one email when all its jobs have ended/u);
    const now = test.now();
    const sendsEmails = test.client.sendsEmails.bind(test.client);
    test.client.sendsEmails = () => Promise.resolve(false);
    test.setNow(new Date(Number(now) + 2 * 60_000));
    assert.match(await page(), /No email is sent when the batch has ended/u);
    test.client.sendsEmails = sendsEmails;
    test.setNow(now);
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
    assert.match((await anne.get(`/batches/new?draft=${draft}`)).body, /Signer 1 comes from the draft/u);
    assert.deepEqual((await test.actionsOf(draft)).slice(-3), ['DRAFT_SEEN', 'DRAFT_SEEN', 'DRAFT_SEEN']);
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
    replaced.cancel = () => Promise.reject(new Error('away'));
    assert.equal((await anne.post(`/batches/${order}/cancel`, { reason: 'wrong' })).statusCode, 500);
    assert.equal((await linesOf(order)).at(-1), 'BATCH_CANCELLED');
  });

  it('that were sent are shown to their owner alone, with signed PDFs once they are signed', async () => {
    const id = await sent('own-1');
    await waitFor(
      async () => (await test.client.batches.get((await rowOf(id)).reference)).counts.WAITING === 1,
      {
        what: 'the row is sent',
      },
    );
    const pdf = `/batches/${id}/rows/1/signed.pdf`;
    assert.equal((await anne.get(pdf)).statusCode, 404, 'not signed');
    test.client.sign('own-1');
    const addresses = ['', '/progress', '/results.csv', '/rows/1/signed.pdf'].map(
      (end) => `/batches/${id}${end}`,
    );
    const attackers = [
      await test.browserOf('eve@example.com', OTHER_ORGANIZATION),
      await test.browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR'),
    ];
    for (const address of addresses) {
      assert.equal((await anne.get(address)).statusCode, 200, address);
      for (const attacker of attackers) assert.equal((await attacker.get(address)).statusCode, 404, address);
    }
    for (const order of ['pause', 'resume', 'cancel', 'delete']) {
      for (const attacker of attackers) {
        const { statusCode } = await attacker.post(`/batches/${id}/${order}`, { reason: 'x' });
        assert.equal(statusCode, 404, order);
      }
    }
    assert.deepEqual(orders, []);
  });

  it('give out no signed PDF of a job that uses the reference of a row that was withdrawn', async () => {
    const [header, row] = ['reference;email\r\n', 'mine-1;a@example.com\r\n'];
    // The hand-over pauses before the second row is sent, and the batch is cancelled then.
    startBatch = async (request, options) => {
      const first = { content: Buffer.from(`${header}${row}`) };
      await test.client.startBatch({ ...request, table: first }, options);
      await test.client.batches.pause(request.reference);
      const started = await test.client.startBatch(request, options);
      await test.client.batches.cancel(request.reference, { reason: 'a wrong reference' });
      return started;
    };
    const id = await sent('mine-1', `${header}${row}shared-1;b@example.com\r\n`);
    await test.client.startPortalJob({
      reference: 'shared-1',
      title: 'Of another person',
      documents: [{ content: await onePagePdf('Secret'), name: 'secret.pdf' }],
      signers: [{ emailAddress: 'eve@example.com' }],
    });
    for (const reference of ['mine-1', 'shared-1']) test.client.sign(reference);
    await test.client.waitForResult('shared-1');
    const own = await anne.get(`/batches/${id}/rows/1/signed.pdf`);
    assert.deepEqual([own.statusCode, own.headers['content-type']], [200, 'application/pdf']);
    const foreign = await anne.get(`/batches/${id}/rows/2/signed.pdf`);
    assert.equal(foreign.statusCode, 404, foreign.body);
    const { body } = await anne.get(`/batches/${id}`);
    assert.ok(body.includes(`/batches/${id}/rows/1/signed.pdf`) && !body.includes('rows/2/signed.pdf'));
  });

  it('give out each signed PDF by the place of its row, where a table that was sent later repeats numbers', async () => {
    // It looks like a time in the audit log, and is none.
    const later = '2026-99-01T-2';
    const tableOf = (reference: string) => ({
      content: Buffer.from(`reference;email\r\n${reference};a@example.com\r\n`),
    });
    // As `signering batch send` does with a corrected file. Both rows have the number 2.
    startBatch = async (request, options) => {
      await test.client.startBatch(request, options);
      return await test.client.startBatch({ ...request, table: tableOf(later) }, options);
    };
    const id = await sent('place-1');
    const { reference: batch } = await rowOf(id);
    const isWaiting = async () => (await test.client.batches.get(batch)).counts.WAITING === 2;
    await waitFor(isWaiting, { what: 'both rows are sent' });
    for (const [place, reference] of [
      [1, 'place-1'],
      [2, later],
    ] as const) {
      test.client.sign(reference);
      await test.client.waitForResult(reference);
      const address = `/batches/${id}/rows/${place}/signed.pdf`;
      assert.ok((await anne.get(`/batches/${id}`)).body.includes(address), reference);
      const { headers } = await anne.get(address);
      assert.match(String(headers['content-disposition']), new RegExp(`filename="${reference}-`, 'u'));
      const { detail } = await test.tables
        .selectFrom('audit')
        .select('detail')
        .where('action', '=', 'DOCUMENT_DOWNLOADED')
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow();
      assert.equal(detail, `${batch} ${reference}`);
      assert.ok((await anne.get('/audit')).body.includes(detail), detail);
    }
    for (const place of ['0', '-1', '01', '1.5', '1e0', '3', 'place-1', '9'.repeat(20)]) {
      assert.equal((await anne.get(`/batches/${id}/rows/${place}/signed.pdf`)).statusCode, 404, place);
    }
  });

  it('give an open page what changes, and nothing that the audit log would tell of', async () => {
    const id = await test.batchOf(anne, 'reference;email\r\nlive-1;\r\nlive-1;\r\n');
    const progress = `/batches/${id}/progress`;
    assert.match((await anne.get(progress)).body, /^<div[^>]* id="progress"/u);
    await work(id);
    assert.match((await anne.get(`/batches/${id}`)).body, /The reference stands in several rows/u);
    assert.equal((await anne.get(progress)).body, '');
    const { body } = await anne.get(`/batches/${await sent('live-2')}/progress`);
    assert.match(body, /^<section[^>]* id="progress"/u);
    assert.ok(!body.includes('formToken') && !body.includes('live-2'));
  });

  it('are shown without a description where the kept one cannot be read, and are described anew', async () => {
    const id = await sent('kept-1');
    const isDescribed = async () => {
      await anne.get(`/batches/${id}/progress`);
      return (await rowOf(id)).described !== null;
    };
    await waitFor(isDescribed, { what: 'the batch is described' });
    for (const described of [
      'no JSON',
      '{"state":"COMPLETED"}',
      '{"state":"RUNNING","rows":1,"sent":1,"counts":{},"allSentAt":"soon"}',
    ]) {
      const now = test.now();
      const kept = test.tables.updateTable('batches').set({ described, checked_at: now, ended_at: now });
      await kept.where('id', '=', id).execute();
      for (const page of [`/batches/${id}`, `/batches/${id}/progress`]) {
        assert.match((await anne.get(page)).body, /The status cannot be fetched now/u, described);
      }
      assert.equal((await anne.get('/batches')).statusCode, 200, described);
      test.setNow(new Date(Number(now) + 60_000));
      const isFetched = async () =>
        !/The status cannot be fetched now/u.test((await anne.get(`/batches/${id}`)).body);
      await waitFor(isFetched, { what: `the status is fetched again after ${described}` });
    }
  });

  it('leave nothing of their template once they are sent, and are removed when they cannot be sent', async () => {
    const id = await sent('gone-1');
    const { template_id: template } = await rowOf(id);
    const { sealing, people } = test.portal.parts;
    const job = await test.rowOf(`/jobs/${template}`);
    assert.ok(
      !JSON.stringify(sealing.openJson(`jobs/${template}`, Buffer.from(job.sealed))).includes('kari@'),
    );
    const [other, old, recent] = [
      await test.batchOf(anne),
      await test.batchOf(anne),
      await test.batchOf(anne),
    ];
    await test.tables.updateTable('batches').set({ template_id: template }).where('id', '=', other).execute();
    const longAgo = new Date(Number(test.now()) - 91 * 24 * 60 * 60_000);
    await test.tables.updateTable('batches').set({ changed_at: longAgo }).where('id', '=', old).execute();
    const { tables, now } = test;
    const parts = {
      tables,
      sealing,
      people,
      stoppedDocumentsDays: 90,
      now,
      report: (sentence: string) => assert.fail(sentence),
    };
    await keepUp(parts, new AbortController().signal);
    const kept = await tables.selectFrom('batches').select('id').execute();
    const ids = kept.map((one) => one.id);
    assert.deepEqual(
      [id, other, old, recent].map((one) => ids.includes(one)),
      [true, false, false, true],
    );
  });

  it('are not checked without a limit where the check ends the process each time', async () => {
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

  it('are checked with the newer table alone: the check of the older one ends', async () => {
    const id = await test.batchOf(anne);
    const { batches, batchWork } = test.portal.parts;
    const ended: string[] = [];
    let hasBegun = false;
    checkBatch = (_, options) =>
      new Promise((_resolve, reject) => {
        hasBegun = true;
        options?.signal?.addEventListener('abort', () => {
          ended.push('older');
          reject(new Error('aborted'));
        });
      });
    const batch = await batches.find(anne.session, id);
    assert.ok(batch !== undefined);
    const older = batchWork.begin(batch.row, 60_000);
    await waitFor(() => Promise.resolve(hasBegun), { what: 'the older check runs' });
    checkBatch = (source, options) => test.client.checkBatch(source, options);
    const content = Buffer.from('reference;email\r\nnewer;a@example.com\r\n');
    assert.ok(await batches.checkAgain(id, { title: 'Lease', fileName: 'b.csv', language: 'en', content }));
    const reported = test.reports.length;
    await work(id);
    await older;
    assert.deepEqual([ended, test.reports.length], [['older'], reported]);
    assert.equal((await rowOf(id)).stage, 'CHECKED');
    assert.equal(await batches.work.keepTaken(batch.row), false, 'of the older round');
    // A process that read the batch while it was checked does not take it while it is sent.
    const checked = await batches.find(anne.session, id);
    assert.ok(checked !== undefined);
    const { personId } = anne.session;
    const about = { personId, language: 'en' as const, round: checked.row.round, skipsWrong: false };
    assert.equal(await batches.beginSending(checked, about), 'SENDING');
    assert.equal(await batches.work.take({ ...checked.row, stage: 'CHECKING' }), undefined);
    assert.equal(await batches.work.take({ ...checked.row, stage: 'SENDING' }), 2);
  });

  it('with more than 20,000 rows are refused by their check', async () => {
    const id = await test.batchOf(anne, `reference;email\r\n${'a;b\r\n'.repeat(20_001)}`);
    await work(id);
    const { body } = await anne.get(`/batches/${id}`);
    assert.match(body, /The table has too many rows/u);
  });
});
