import assert from 'node:assert/strict';
import { element } from '../stage/answer-elements.js';
import { signerByNumber } from '../stage/order.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';
import { startTestSandbox } from '../stage/test-sandbox.js';

interface Described {
  readonly id: string;
  readonly status: string;
  readonly latestVersion: number;
  readonly deliveredVersion: number;
  readonly confirmedVersion: number;
  readonly delivered: readonly { readonly version: number; readonly at: string }[];
  readonly confirmed: readonly { readonly version: number }[];
  readonly ledger: readonly {
    readonly operation: string;
    readonly time: string;
    readonly receivedAt: string;
    readonly answer: { readonly status: number; readonly changeVersion?: number };
  }[];
}

describe('the admin interface', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  it('shows the deliveries and confirmations of a job, and every API call about it', async () => {
    const id = await api.createJob({ pollingQueue: 'q', signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    const { text } = await api.poll('q');
    await api.call('POST', element(text, 'confirmation-url'));
    await api.sign(id, 2);
    await api.poll('q');
    await api.call('GET', element(text, 'pades-url'));
    const job = await api.admin<Described>('GET', `/jobs/${id}`);
    assert.deepEqual(
      [job.latestVersion, job.deliveredVersion, job.confirmedVersion, job.status],
      [2, 2, 1, 'COMPLETED_SUCCESSFULLY'],
    );
    assert.deepEqual(
      job.delivered.map(({ version }) => version),
      [1, 2],
    );
    assert.deepEqual(
      job.confirmed.map(({ version }) => version),
      [1],
    );
    assert.deepEqual(
      job.ledger.map(({ operation, answer }) => [operation, answer.status, answer.changeVersion]),
      [
        ['create', 200, undefined],
        ['fetchStatusChange', 200, 1],
        ['confirm', 200, 1],
        ['fetchStatusChange', 200, 2],
        ['pades', 200, undefined],
      ],
    );
    const jobs = await api.admin<readonly { readonly id: string }[]>('GET', '/jobs');
    assert.ok(jobs.some((one) => one.id === id));
  });

  it('moves the clock only forward, and applies everything that becomes due', async () => {
    const id = await api.createJob({ manifest: { availability: { availableSeconds: 60 } } });
    const before = api.parts.clock.now().getTime();
    await api.admin('POST', '/clock', { advanceSeconds: -1 }, 400);
    await api.admin('POST', '/clock', { advanceSeconds: 'soon' }, 400);
    const { now } = await api.admin<{ readonly now: string }>('POST', '/clock', { advanceSeconds: 61.5 });
    assert.ok(Date.parse(now) >= before + 61_500);
    assert.equal(api.parts.jobs.find(id)!.signers[0]!.status, 'EXPIRED');
  });

  it('reports every mistake in a request', async () => {
    const wrong = async (...call: Parameters<TestApi['admin']>): Promise<string> =>
      (await api.admin<{ readonly error: string }>(...call)).error;
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2, { order: 1 })] });
    assert.match(await wrong('GET', '/jobs/1', undefined, 404), /no job 1/u);
    assert.match(await wrong('GET', '/jobs/abc', undefined, 400), /job id/u);
    assert.match(await wrong('POST', '/jobs/1/signers/1/sign', undefined, 404), /no job 1/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/3/sign`, undefined, 409), /2 signer\(s\)/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/2/sign`, undefined, 409), /cannot sign yet/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/1/dance`, undefined, 400), /act/u);
    assert.match(await wrong('POST', '/holds', { operation: 'sing', when: 'before' }, 400), /operation/u);
    assert.match(await wrong('POST', '/holds', { operation: 'create', when: 'never' }, 400), /when/u);
    assert.match(await wrong('GET', '/nothing', undefined, 404), /GET \/ lists/u);
    await api.sign(id, 1);
    assert.match(await wrong('POST', `/jobs/${id}/signers/1/sign`, undefined, 409), /already SIGNED/u);
  });

  it('describes itself, and accepts a body of any content type, or none', async () => {
    const guide = await api.admin<{ readonly routes: object }>('GET', '/');
    assert.ok('POST /clock {"advanceSeconds": s}' in guide.routes);
    const sandbox = await startTestSandbox();
    try {
      const { adminUrl } = sandbox.sandbox().announcement;
      const clock = await fetch(`${adminUrl}/clock`, { method: 'POST', body: '{"advanceSeconds": 5}' });
      assert.equal(clock.status, 200);
      const headers = { 'content-type': 'application/json' };
      const empty = await fetch(`${adminUrl}/holds`, { method: 'DELETE', headers });
      assert.equal(empty.status, 200);
      const broken = await fetch(`${adminUrl}/clock`, { method: 'POST', headers, body: '{' });
      assert.equal(broken.status, 400);
      assert.deepEqual(await broken.json(), { error: 'The body is not JSON.' });
    } finally {
      await sandbox.close();
    }
  });

  it('rejects pages of other origins', async () => {
    const sandbox = await startTestSandbox();
    try {
      const { adminUrl } = sandbox.sandbox().announcement;
      const foreign = await fetch(`${adminUrl}/jobs`, { headers: { origin: 'https://example.com' } });
      assert.equal(foreign.status, 403);
      const own = await fetch(`${adminUrl}/jobs`, { headers: { origin: adminUrl } });
      assert.equal(own.status, 200);
      const byName = adminUrl.replace('127.0.0.1', 'localhost');
      const headers = { host: new URL(byName).host, origin: byName };
      const local = await api.server.inject({ method: 'GET', url: '/jobs', headers });
      assert.equal(local.statusCode, 200, 'a browser may have come by the name');
      const neighbour = { ...headers, origin: 'http://localhost:1' };
      const other = await api.server.inject({ method: 'GET', url: '/jobs', headers: neighbour });
      assert.equal(other.statusCode, 403, 'another program on this machine has no access');
    } finally {
      await sandbox.close();
    }
  });
});
