import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ADMIN_ERRORS, type AdminErrorBody } from '@signering/sandbox/internal/admin/admin-error.js';
import { element } from '../stage/answer-elements.js';
import { signerByNumber } from '../stage/order.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';
import { startTestSandbox } from '../stage/test-sandbox.js';

interface Described {
  readonly signatureJobId: string;
  readonly flow: string;
  readonly status: string;
  readonly signers: readonly { readonly signer: number }[];
  readonly latestVersion: number;
  readonly deliveredVersion: number;
  readonly confirmedVersion: number;
  readonly delivered: readonly { readonly version: number; readonly at: string }[];
  readonly confirmed: readonly { readonly version: number }[];
  readonly ledger: readonly {
    readonly operation: string;
    readonly at: string;
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
    const { jobs } = await api.admin<{ readonly jobs: readonly Described[] }>('GET', '/jobs');
    const [listed] = jobs.filter(({ signatureJobId }) => signatureJobId === id);
    assert.deepEqual([listed?.flow, listed?.signers.map(({ signer }) => signer)], ['PORTAL', [1, 2]]);
  });

  it('moves the clock only forward, and applies everything that becomes due', async () => {
    const id = await api.createJob({ manifest: { availability: { availableSeconds: 60 } } });
    const before = api.parts.clock.now().getTime();
    await api.admin('POST', '/clock', { advanceSeconds: -1 }, 400);
    await api.admin('POST', '/clock', { advanceSeconds: 'soon' }, 400);
    const { at: now } = await api.admin<{ readonly at: string }>('POST', '/clock', { advanceSeconds: 61.5 });
    assert.ok(Date.parse(now) >= before + 61_500);
    assert.equal(api.parts.jobs.find(id)!.signers[0]!.status, 'EXPIRED');
  });

  it('reports every mistake in a request', async () => {
    const wrong = async (...call: Parameters<TestApi['admin']>): Promise<string> => {
      const { error } = await api.admin<AdminErrorBody>(...call);
      assert.equal(ADMIN_ERRORS[error.code], call[3]);
      return `${error.code}: ${error.message}`;
    };
    const id = await api.createJob({ signers: [signerByNumber(1), signerByNumber(2, { order: 1 })] });
    assert.match(await wrong('GET', '/jobs/1', undefined, 404), /NOT_FOUND: There is no job 1/u);
    assert.match(await wrong('GET', '/jobs/abc', undefined, 400), /INVALID_REQUEST: .*signatureJobId/u);
    assert.match(await wrong('POST', '/jobs/1/signers/1/sign', undefined, 404), /no job 1/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/0/sign`, undefined, 400), /signer: .*from 1/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/3/sign`, undefined, 409), /2 signer\(s\)/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/2/sign`, undefined, 409), /cannot sign yet/u);
    assert.match(await wrong('POST', `/jobs/${id}/signers/1/dance`, undefined, 404), /GET \/v1 lists/u);
    assert.match(await wrong('POST', '/holds', { operation: 'sing', when: 'before' }, 400), /operation/u);
    assert.match(await wrong('POST', '/holds', { operation: 'create', when: 'never' }, 400), /when/u);
    await api.sign(id, 1);
    assert.match(await wrong('POST', `/jobs/${id}/signers/1/sign`, undefined, 409), /already SIGNED/u);
  });

  it('rejects malformed requests of any kind with a code and a message', async () => {
    const codeOf = async (method: string, url: string, payload?: string): Promise<string> => {
      const headers = { host: '127.0.0.1', 'content-type': 'application/json' };
      const reply = await api.server.inject({
        method: method as 'GET',
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      const { error } = reply.json<AdminErrorBody>();
      assert.ok(error.message.length > 10, reply.body);
      assert.equal(reply.statusCode, ADMIN_ERRORS[error.code], reply.body);
      return error.code;
    };
    for (const [code, ...request] of [
      ['NOT_FOUND', 'GET', '/'],
      ['NOT_FOUND', 'GET', '/jobs'],
      ['NOT_FOUND', 'POST', '/clock', '{"advanceSeconds": 1}'],
      ['NOT_FOUND', 'GET', '/v1/nothing'],
      ['NOT_FOUND', 'GET', '/v1//jobs'],
      ['NOT_FOUND', 'PROPFIND', '/v2'],
      ['NOT_FOUND', 'GET', `/v1/jobs/${'9'.repeat(18)}`],
      ['METHOD_NOT_ALLOWED', 'POST', '/v1'],
      ['METHOD_NOT_ALLOWED', 'PATCH', '/v1/jobs'],
      ['METHOD_NOT_ALLOWED', 'GET', '/v1/jobs/1/signers/1/sign'],
      ['METHOD_NOT_ALLOWED', 'OPTIONS', '/v1/clock'],
      ['INVALID_REQUEST', 'GET', '/v1/jobs/%zz'],
      ['INVALID_REQUEST', 'GET', `/v1/jobs/${'9'.repeat(200)}`],
      ['INVALID_REQUEST', 'POST', '/v1/clock'],
      ['INVALID_REQUEST', 'POST', '/v1/clock', '{'],
      ['INVALID_REQUEST', 'POST', '/v1/clock', 'null'],
      ['INVALID_REQUEST', 'POST', '/v1/clock', '[1]'],
      ['INVALID_REQUEST', 'POST', '/v1/clock', '{"advanceSeconds": 1e400}'],
      ['INVALID_REQUEST', 'POST', '/v1/clock', '{"advanceSeconds": 1, "__proto__": 1}'],
      ['INVALID_REQUEST', 'POST', '/v1/faults', '"reset"'],
      ['INVALID_REQUEST', 'POST', '/v1/faults', '{"fault": {}, "operation": []}'],
      ['INVALID_REQUEST', 'PUT', '/v1/mailboxes/1', '{"status": "OPEN"}'],
      ['INVALID_REQUEST', 'DELETE', '/v1/holds', '{'],
      ['REQUEST_TOO_LARGE', 'POST', '/v1/clock', ' '.repeat(2 ** 20 + 1)],
    ] as const) {
      const [method, url, payload] = request;
      assert.equal(await codeOf(method, url, payload), code, request.join(' ').slice(0, 80));
    }
    const { headers } = await api.server.inject({
      method: 'PUT',
      url: '/v1/clock',
      headers: { host: 'localhost' },
    });
    assert.equal(headers['allow'], 'GET, HEAD, POST');
  });

  it('describes itself, and accepts a body of any content type, or none', async () => {
    const guide = await api.admin<{ readonly routes: object }>('GET', '/');
    assert.ok('POST /clock {"advanceSeconds": s}' in guide.routes);
    const sandbox = await startTestSandbox();
    try {
      const { adminUrl } = sandbox.sandbox().announcement;
      const list = await fetch(`${adminUrl}/jobs`);
      assert.deepEqual(await list.json(), { jobs: [] });
      const clock = await fetch(`${adminUrl}/clock`, { method: 'POST', body: '{"advanceSeconds": 5}' });
      assert.equal(clock.status, 200);
      const { aheadSeconds } = (await clock.json()) as { readonly aheadSeconds: number };
      assert.equal(aheadSeconds, 5);
      const headers = { 'content-type': 'application/json' };
      const empty = await fetch(`${adminUrl}/holds`, { method: 'DELETE', headers });
      assert.equal(empty.status, 200);
      const broken = await fetch(`${adminUrl}/clock`, { method: 'POST', headers, body: '{' });
      assert.equal(broken.status, 400);
      const message = 'The body is not JSON.';
      assert.deepEqual(await broken.json(), { error: { code: 'INVALID_REQUEST', message } });
    } finally {
      await sandbox.close();
    }
  });

  it('answers in the same form when the request is not HTTP', async () => {
    const sandbox = await startTestSandbox();
    try {
      const { port } = new URL(sandbox.sandbox().announcement.adminUrl);
      for (const [request, status] of [
        ['BREW /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
        ['nonsense\r\n\r\n', 400],
        ['GET /v1/jobs HTTP/1.1\r\n\r\n', 403],
        ['GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX: ' + 'x'.repeat(20_000) + '\r\n\r\n', 400],
      ] as const) {
        const socket = connect(Number(port), '127.0.0.1');
        socket.write(request);
        const answer = await firstAnswer(socket);
        assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `, 'u'), request.slice(0, 40));
        const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as AdminErrorBody;
        assert.equal(ADMIN_ERRORS[error.code], status);
      }
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
      const own = await fetch(`${adminUrl}/jobs`, { headers: { origin: new URL(adminUrl).origin } });
      assert.equal(own.status, 200);
      const byName = new URL(adminUrl).origin.replace('127.0.0.1', 'localhost');
      const headers = { host: new URL(byName).host, origin: byName };
      const local = await api.server.inject({ method: 'GET', url: '/v1/jobs', headers });
      assert.equal(local.statusCode, 200, 'a browser may have come by the name');
      const neighbour = { ...headers, origin: 'http://localhost:1' };
      const other = await api.server.inject({ method: 'GET', url: '/v1/jobs', headers: neighbour });
      assert.equal(other.statusCode, 403, 'another program on this machine has no access');
    } finally {
      await sandbox.close();
    }
  });
});

/** Everything up to the end of the body: the connection may stay open. */
async function firstAnswer(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  while (!text.endsWith('}}')) await once(socket, 'data');
  socket.destroy();
  return text;
}
