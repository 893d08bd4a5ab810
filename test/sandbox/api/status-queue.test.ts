import assert from 'node:assert/strict';
import { element, elements, statusesIn } from '../stage/answer-elements.js';
import { signerByNumber } from '../stage/order.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';

const TEN_MINUTES = 600;

describe('the status queue', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(async () => await api.close());

  it('is empty after the creation of a job', async () => {
    await api.createJob();
    assert.equal((await api.poll()).status, 204);
  });

  it('delivers a change once, and again after ten minutes without a confirmation', async () => {
    const id = await api.createJob({ reference: 'avtale 1' });
    await api.sign(id, 1);
    const first = await api.poll();
    assert.equal(first.status, 200);
    assert.equal((await api.poll()).status, 204);
    await api.advance(TEN_MINUTES - 5);
    assert.equal((await api.poll()).status, 204);
    await api.advance(5);
    assert.equal((await api.poll()).text, first.text, 'the same change reads the same');
  });

  it('delivers the complete state: reference, id, status, each signer with its time, and the URLs', async () => {
    const id = await api.createJob({
      reference: 'avtale 1',
      signers: [signerByNumber(1), signerByNumber(2)],
    });
    await api.sign(id, 2);
    const { text } = await api.poll();
    const root = `https://127.0.0.1:1/api/312345676/portal/signature-jobs/${id}`;
    assert.equal(element(text, 'reference'), 'avtale 1');
    assert.equal(element(text, 'signature-job-id'), id);
    assert.match(text, /<status>IN_PROGRESS<\/status>/u);
    assert.deepEqual(
      statusesIn(text).map(({ status }) => status),
      ['WAITING', 'SIGNED'],
    );
    assert.deepEqual(elements(text, 'personal-identification-number'), [
      signerByNumber(1).personalIdentificationNumber,
      signerByNumber(2).personalIdentificationNumber,
    ]);
    assert.equal(element(text, 'confirmation-url'), `${root}/complete`);
    assert.equal(element(text, 'cancellation-url'), `${root}/cancel`);
    assert.equal(elements(text, 'xades-url').length, 1);
    assert.equal(element(text, 'pades-url'), `${root}/pades`);
    assert.equal(elements(text, 'delete-documents-url').length, 0);
  });

  it('does not deliver a confirmed intermediate change until the job changes again', async () => {
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    const { text } = await api.poll();
    assert.equal((await api.call('POST', element(text, 'confirmation-url'))).status, 200);
    await api.advance(2 * TEN_MINUTES);
    assert.equal((await api.poll()).status, 204);
    await api.sign(id, 2);
    assert.match((await api.poll()).text, /COMPLETED_SUCCESSFULLY/u);
  });

  it('delivers a new change immediately, even if an earlier delivery is unconfirmed', async () => {
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    assert.match((await api.poll()).text, /IN_PROGRESS/u);
    await api.sign(id, 2);
    assert.match((await api.poll()).text, /COMPLETED_SUCCESSFULLY/u);
  });

  it('confirms only the delivered state, not later changes', async () => {
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    const confirmation = element((await api.poll()).text, 'confirmation-url');
    await api.sign(id, 2);
    await api.call('POST', confirmation);
    assert.match((await api.poll()).text, /COMPLETED_SUCCESSFULLY/u);
  });

  it('confirms the last delivered change by a late confirmation, also the final one', async () => {
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    const confirmation = element((await api.poll()).text, 'confirmation-url');
    await api.sign(id, 2);
    const final = await api.poll();
    await api.call('POST', confirmation);
    assert.equal((await api.call('GET', element(final.text, 'pades-url'))).status, 404);
  });

  it('returns 404 for every URL of a job whose end was confirmed', async () => {
    const id = await api.createJob();
    await api.sign(id, 1);
    const { text } = await api.poll();
    const confirmation = element(text, 'confirmation-url');
    assert.equal((await api.call('POST', confirmation)).status, 200);
    for (const [method, url] of [
      ['POST', confirmation],
      ['POST', confirmation.replace('/complete', '/cancel')],
      ['GET', element(text, 'pades-url')],
      ['GET', element(text, 'xades-url')],
    ] as const) {
      assert.equal((await api.call(method, url)).status, 404, url);
    }
    await api.advance(2 * TEN_MINUTES);
    assert.equal((await api.poll()).status, 204);
  });

  it('ignores the confirmation of a job without a delivery', async () => {
    const id = await api.createJob();
    assert.equal((await api.call('POST', `/portal/signature-jobs/${id}/complete`)).status, 200);
    await api.sign(id, 1);
    assert.equal((await api.poll()).status, 200);
  });

  it('separates queues, and treats a queue without a name as the default queue', async () => {
    const named = await api.createJob({ pollingQueue: 'avdeling æøå & sånn'.replace('&', '&amp;') });
    const unnamed = await api.createJob({ pollingQueue: '' });
    await api.sign(named, 1);
    await api.sign(unnamed, 1);
    assert.equal(element((await api.poll('avdeling æøå & sånn')).text, 'signature-job-id'), named);
    const bare = await api.call('GET', '/portal/signature-jobs?polling_queue');
    assert.equal(element(bare.text, 'signature-job-id'), unnamed);
    assert.equal((await api.poll()).status, 204);
    assert.equal((await api.poll('another')).status, 204);
  });

  it('separates senders, also for brokers', async () => {
    const own = await api.createJob();
    const publics = await api.createJob({}, 'publicSender');
    await api.sign(own, 1);
    await api.sign(publics, 1);
    const byBroker = await api.call('GET', 'https://127.0.0.1:1/api/310456780/portal/signature-jobs', {
      as: 'broker',
    });
    assert.equal(element(byBroker.text, 'signature-job-id'), publics);
    assert.equal((await api.poll(undefined, 'publicSender')).status, 204);
    assert.equal(element((await api.poll()).text, 'signature-job-id'), own);
  });

  it('delivers each change to one of many parallel pollers', async () => {
    const ids = [await api.createJob(), await api.createJob(), await api.createJob()];
    for (const id of ids) await api.sign(id, 1);
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await api.poll()));
    const handedOut = answers.flatMap(({ text }) => elements(text, 'signature-job-id'));
    assert.deepEqual([...handedOut].sort(), [...ids].sort());
  });

  it('delivers the oldest change first', async () => {
    const one = await api.createJob();
    const other = await api.createJob();
    await api.sign(other, 1);
    await api.advance(1);
    await api.sign(one, 1);
    assert.equal(element((await api.poll()).text, 'signature-job-id'), other);
    assert.equal(element((await api.poll()).text, 'signature-job-id'), one);
  });
});

describe('the next permitted poll time', () => {
  const HEADER = 'x-next-permitted-poll-time';
  let api: TestApi;
  before(async () => {
    api = await openTestApi({ emptyQueueWaitMs: 600_000 });
  });
  after(async () => await api.close());

  const timeIn = (headers: Readonly<Record<string, string>>): number => Date.parse(headers[HEADER] ?? '');

  it('is later after an empty queue; an earlier poll gets 429 with the same time', async () => {
    const before = api.parts.clock.now().getTime();
    const empty = await api.poll('a');
    assert.equal(empty.status, 204);
    assert.ok(timeIn(empty.headers) >= before + 600_000);
    const early = await api.poll('a');
    assert.equal(early.status, 429);
    assert.ok(Math.abs(timeIn(early.headers) - timeIn(empty.headers)) <= 1000);
    assert.equal(early.body.length, 0);
    assert.equal(early.headers['dosfilter'], undefined);
    assert.equal((await api.poll('b')).status, 204, 'another queue has its own time');
    await api.advance(601);
    assert.equal((await api.poll('a')).status, 204);
  });

  it('is now after a status change', async () => {
    await api.sign(await api.createJob({ pollingQueue: 'c' }), 1);
    const answer = await api.poll('c');
    assert.equal(answer.status, 200);
    assert.ok(timeIn(answer.headers) <= api.parts.clock.now().getTime());
    assert.equal((await api.poll('c')).status, 204);
  });

  it('is written in different formats, exactly', async () => {
    const forms = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const now = api.parts.clock.now().getTime();
      const { headers } = await api.poll(`queue-${round}`);
      assert.ok(timeIn(headers) >= now + 600_000);
      forms.add((headers[HEADER] ?? '').replaceAll(/\d/gu, '0'));
    }
    assert.ok(forms.size >= 4, [...forms].join(' '));
  });
});
