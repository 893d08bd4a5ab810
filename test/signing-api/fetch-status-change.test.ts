import assert from 'node:assert/strict';
import type { ConfirmationUrl, PortalStatusChange, SignatureJobId, SigningError } from '@signering/schema';
import { writePortalStatusChange } from '@signering/schema/xml';
import { SENDER_ORGANIZATION } from './test-certificates.js';
import { startTestService, type TestService } from './test-service.js';

const CHANGE: PortalStatusChange = {
  reference: 'A-1',
  signatureJobId: '7' as SignatureJobId,
  status: 'IN_PROGRESS',
  confirmationUrl: 'https://localhost/complete' as ConfirmationUrl,
  signatures: [
    {
      identifier: { personalIdentificationNumber: '01815012345' },
      status: { kind: 'WAITING' },
      since: '2030-01-01T00:00:00.000Z',
    },
  ],
};
const DATE = 'Tue, 01 Jan 2030 12:00:00 GMT';

describe('fetching a status change', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  const fetch = (pollingQueue?: string) =>
    service.api.portal.fetchStatusChange({
      organizationNumber: SENDER_ORGANIZATION,
      ...(pollingQueue !== undefined && { pollingQueue }),
    });
  const answerWith = (status: number, headers: Record<string, string>, body?: string) => {
    service.answer = (response) => {
      response.sendDate = false;
      response.writeHead(status, headers).end(body);
    };
  };

  it('gives the change, and lets one poll at once', async () => {
    const headers = { 'X-Next-permitted-poll-time': '2030-01-01T11:59:59.1234567+00:00', date: DATE };
    answerWith(200, headers, writePortalStatusChange(CHANGE));
    assert.deepEqual(await fetch(), { kind: 'STATUS_CHANGE', change: CHANGE, nextPollInMs: 0 });
  });

  it('says when an empty queue may be polled again, by the clock of the service', async () => {
    answerWith(204, { 'X-Next-permitted-poll-time': '2030-01-01T13:10:00.5000000+01:00', date: DATE });
    const { kind, nextPollInMs } = await fetch();
    assert.equal(kind, 'EMPTY');
    assert.ok(nextPollInMs > 599_500 && nextPollInMs <= 600_500, String(nextPollInMs));
  });

  it('does with our own clock when the answer has no date', async () => {
    answerWith(204, { 'X-Next-permitted-poll-time': new Date(Date.now() + 60_000).toISOString() });
    const { nextPollInMs } = await fetch();
    assert.ok(nextPollInMs > 0 && nextPollInMs <= 60_000, String(nextPollInMs));
  });

  it('leaves an empty queue alone for ten minutes when the service does not say', async () => {
    for (const headers of [{ date: DATE }, { 'X-Next-permitted-poll-time': 'soon' }]) {
      answerWith(204, headers);
      assert.deepEqual(await fetch(), { kind: 'EMPTY', nextPollInMs: 600_000 });
    }
    answerWith(200, {}, writePortalStatusChange(CHANGE));
    assert.equal((await fetch()).nextPollInMs, 0);
  });

  it('asks for the queue by name, and for the default queue without one', async () => {
    answerWith(204, {});
    await fetch('kø & co/1');
    await fetch('');
    await fetch();
    const path = `/api/${SENDER_ORGANIZATION}/portal/signature-jobs`;
    assert.deepEqual(
      service.requests.slice(-3).map(({ method, url }) => `${method} ${url}`),
      [`GET ${path}?polling_queue=k%C3%B8%20%26%20co%2F1`, `GET ${path}`, `GET ${path}`],
    );
    const { headers, clientName } = service.requests.at(-1)!;
    assert.equal(headers.accept, 'application/xml');
    assert.match(headers['user-agent'] ?? '', /^signering-workflows\/\d+\.\d+\.\d+ \(Node\.js \d/u);
    assert.equal(clientName, 'Avsender AS');
  });

  it('keeps the poll time when the queue was polled too early', async () => {
    answerWith(429, { 'X-Next-permitted-poll-time': '2030-01-01T12:00:07Z', date: DATE });
    await assert.rejects(fetch(), ({ code, retryable, facts }: SigningError) => {
      assert.deepEqual([code, retryable], ['POLLED_TOO_EARLY', true]);
      const { retryAfterMs = NaN, ...others } = facts;
      assert.deepEqual(others, { operation: 'fetchStatusChange', httpStatus: 429 });
      return retryAfterMs > 6000 && retryAfterMs <= 7000;
    });
    // Being early is no reason to hold other calls back.
    answerWith(204, {});
    assert.equal((await fetch()).kind, 'EMPTY');
  });

  it('says that an answer cannot be read, and that it may be tried again', async () => {
    for (const body of ['', 'a page of a proxy', '<a/>', 'x'.repeat(300_000)]) {
      answerWith(200, {}, body);
      await assert.rejects(fetch(), { code: 'UNREADABLE_RESPONSE', retryable: true });
    }
  });

  it('refuses what is no organisation number', async () => {
    await assert.rejects(service.api.portal.fetchStatusChange({ organizationNumber: '../1' }), {
      code: 'INVALID_REQUEST',
    });
  });
});
