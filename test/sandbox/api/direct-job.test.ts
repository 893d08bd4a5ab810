import assert from 'node:assert/strict';
import { nameOfDirectSigner, type DirectSignatureJobResponse } from '@signering/schema';
import {
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  validateMessage,
  writeDirectSignerUpdateRequest,
} from '@signering/schema/xml';
import {
  directRequest,
  directSigner,
  EXIT_URLS,
  ownSigner,
  type DirectTestOrder,
} from '../stage/direct-order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type ApiReply, type TestApi } from '../stage/test-api.js';

const DAY_S = 24 * 60 * 60;

interface DescribedSigner {
  readonly status: string;
  readonly name: string;
  readonly exitUrl?: string;
}

describe('a job of the direct flow', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  const order = async (wish?: DirectTestOrder): Promise<ApiReply> =>
    await api.call(
      'POST',
      '/direct/signature-jobs',
      await directRequest(await api.orderer('privateSender'), wish),
    );
  const create = async (wish?: DirectTestOrder): Promise<DirectSignatureJobResponse> => {
    const { status, body, text } = await order(wish);
    assert.equal(status, 200, text);
    validateMessage(body);
    return readDirectSignatureJobResponse(body);
  };
  const act = async (id: string, signer: number, what: string): Promise<string> => {
    const job = await api.admin<{ signers: readonly DescribedSigner[] }>(
      'POST',
      `/jobs/${id}/signers/${signer}/${what}`,
    );
    return job.signers[signer - 1]!.exitUrl!;
  };
  const tokenIn = (exitUrl: string): string => new URL(exitUrl).searchParams.get('status_query_token') ?? '';
  const ask = async (statusUrl: string, token?: string): Promise<ApiReply> =>
    await api.call('GET', token === undefined ? statusUrl : `${statusUrl}?status_query_token=${token}`);
  const statusOf = async (statusUrl: string, token: string) => {
    const reply = await ask(statusUrl, token);
    assert.equal(reply.status, 200, reply.text);
    validateMessage(reply.body);
    return readDirectSignatureJobStatus(reply.body);
  };
  const visit = async (redirectUrl: string, cookie = '') => {
    const reply = await api.server.inject({
      url: new URL(redirectUrl).pathname,
      headers: { host: '127.0.0.1', cookie },
    });
    return {
      status: reply.statusCode,
      path: reply.headers.location,
      cookie: String(reply.headers['set-cookie']).split(';')[0]!,
    };
  };

  it('gives each signer, by identity number or the sender’s identifier, a separate redirect URL', async () => {
    const job = await create({
      request: { reference: 'ordre 1' },
      signers: [directSigner(1), ownSigner('kunde 17')],
    });
    assert.equal(job.reference, 'ordre 1');
    const names = job.signers.map(({ identifier }) => nameOfDirectSigner(identifier));
    assert.deepEqual([...names].sort(), [syntheticNumber(1), 'kunde 17'].sort());
    const urls = new Set(job.signers.flatMap(({ redirectUrl, signerUrl }) => [redirectUrl, signerUrl]));
    assert.equal(urls.size, 4);
  });

  it('returns the status for a token, and responds 404 after its end is confirmed', async () => {
    const { signatureJobId: id, statusUrl = '' } = await create({
      signers: [directSigner(1), ownSigner('kunde 17')],
    });
    const first = tokenIn(await act(id, 2, 'sign'));
    const half = await statusOf(statusUrl, first);
    assert.equal(half.status, 'IN_PROGRESS');
    assert.equal(half.confirmationUrl, undefined);
    assert.deepEqual(
      half.signatures.map(({ status, xadesUrl }) => [status.kind, xadesUrl !== undefined]),
      [
        ['WAITING', false],
        ['SIGNED', true],
      ],
    );
    const second = tokenIn(await act(id, 1, 'sign'));
    const end = await statusOf(statusUrl, first);
    assert.equal(end.status, 'COMPLETED_SUCCESSFULLY');
    assert.deepEqual(await statusOf(statusUrl, second), end);
    assert.equal((await api.call('GET', end.padesUrl!)).body.subarray(0, 5).toString(), '%PDF-');
    assert.match((await api.call('GET', end.signatures[0]!.xadesUrl!)).text, /XAdES/iu);
    assert.equal((await api.call('POST', end.confirmationUrl!)).status, 200);
    for (const url of [statusUrl, end.padesUrl!, end.confirmationUrl!]) {
      assert.equal((await api.call(url === end.confirmationUrl ? 'POST' : 'GET', url)).status, 404);
    }
    await api.advance(DAY_S + 1);
    assert.equal((await api.call('DELETE', `/direct/signature-jobs/${id}`)).status, 204);
  });

  it('appends the token to each exit URL and keeps its query', async () => {
    const exits = {
      sign: EXIT_URLS.completionUrl,
      reject: EXIT_URLS.rejectionUrl,
      fail: EXIT_URLS.errorUrl,
    } as const;
    for (const [what, url] of Object.entries(exits)) {
      const { signatureJobId: id } = await create();
      const exit = await act(id, 1, what);
      const token = tokenIn(exit);
      assert.match(token, /^[\w-]{20,}$/u);
      assert.equal(exit.replace(new RegExp(`[?&]status_query_token=${token}`, 'u'), ''), url);
    }
  });

  it('distinguishes a token that is too early from one that is wrong', async () => {
    const one = await create();
    const other = await create();
    const othersToken = tokenIn(await act(other.signatureJobId, 1, 'sign'));
    const early = await ask(one.statusUrl!, 'made-up');
    assert.deepEqual([early.status, /SIGNING_CEREMONY_NOT_COMPLETED/u.test(early.text)], [404, true]);
    for (const [url, token] of [
      [one.statusUrl!, othersToken],
      [other.statusUrl!, 'made-up'],
      [other.statusUrl!, undefined],
    ] as const) {
      const wrong = await ask(url, token);
      assert.deepEqual([wrong.status, /INVALID_STATUS_QUERY_TOKEN/u.test(wrong.text)], [403, true]);
    }
  });

  it('ends for all signers when one rejects', async () => {
    const { signatureJobId: id, statusUrl = '' } = await create({
      signers: [directSigner(1), directSigner(2)],
    });
    const status = await statusOf(statusUrl, tokenIn(await act(id, 1, 'reject')));
    assert.deepEqual(
      [status.status, ...status.signatures.map(({ status: { kind } }) => kind)],
      ['FAILED', 'REJECTED', 'NOT_APPLICABLE'],
    );
  });

  it('lets a signer whose ceremony failed try again only with a new redirect URL', async () => {
    const { signatureJobId: id, statusUrl = '', signers } = await create();
    const { cookie, path = '' } = await visit(signers[0]!.redirectUrl);
    const failed = await statusOf(statusUrl, tokenIn(await act(id, 1, 'fail')));
    assert.deepEqual([failed.status, failed.signatures[0]!.status.kind], ['IN_PROGRESS', 'FAILED']);
    assert.equal((await visit(`http://127.0.0.1${path}`, cookie)).status, 403);
    const fresh = readDirectSignerResponse((await api.call('POST', signers[0]!.signerUrl)).body);
    assert.equal((await visit(fresh.redirectUrl)).status, 303);
    const done = await statusOf(statusUrl, tokenIn(await act(id, 1, 'sign')));
    assert.equal(done.status, 'COMPLETED_SUCCESSFULLY');
  });

  it('ends after thirty days, and keeps the status of a failed ceremony', async () => {
    const waiting = await create({ signers: [directSigner(1), directSigner(2)] });
    const token = tokenIn(await act(waiting.signatureJobId, 2, 'fail'));
    await api.advance(30 * DAY_S - 60);
    assert.equal((await statusOf(waiting.statusUrl!, token)).status, 'IN_PROGRESS');
    await api.advance(61);
    const status = await statusOf(waiting.statusUrl!, token);
    assert.deepEqual(
      [status.status, ...status.signatures.map(({ status: { kind } }) => kind)],
      ['FAILED', 'EXPIRED', 'FAILED'],
    );
    const expired = waiting.signers.find(({ signerUrl }) => signerUrl.endsWith('/1'))!;
    assert.equal((await api.call('POST', expired.signerUrl)).status, 409);
    assert.equal((await visit(expired.redirectUrl)).status, 303);
  });

  it('admits only the first browser of a redirect URL, any number of times', async () => {
    const { signers } = await create();
    const { redirectUrl, signerUrl } = signers[0]!;
    const head = await api.server.inject({
      method: 'HEAD',
      url: new URL(redirectUrl).pathname,
      headers: { host: '127.0.0.1' },
    });
    assert.equal(head.statusCode, 404);
    const first = await visit(redirectUrl);
    assert.equal(first.status, 303);
    const ceremony = `http://127.0.0.1${first.path ?? ''}`;
    assert.equal((await visit(ceremony, first.cookie)).status, 200);
    assert.equal((await visit(ceremony, first.cookie)).status, 200);
    assert.equal((await visit(redirectUrl, first.cookie)).status, 303);
    assert.equal((await visit(redirectUrl)).status, 403);
    assert.equal((await visit(ceremony)).status, 403);
    const update = {
      body: Buffer.from(writeDirectSignerUpdateRequest()),
      headers: { 'content-encoding': 'UTF-8' },
    };
    const reply = await api.call('POST', signerUrl, update);
    validateMessage(reply.body);
    const fresh = readDirectSignerResponse(reply.body);
    assert.notEqual(fresh.redirectUrl, redirectUrl);
    assert.equal((await visit(redirectUrl, first.cookie)).status, 403);
    assert.equal((await visit(ceremony, first.cookie)).status, 403);
    assert.equal((await visit(fresh.redirectUrl)).status, 303);
  });

  it('admits only one of two concurrent browsers', async () => {
    const { signers } = await create();
    const visits = await Promise.all([1, 2, 3].map(async () => await visit(signers[0]!.redirectUrl)));
    assert.deepEqual(visits.map(({ status }) => status).sort(), [303, 403, 403]);
  });

  it('rejects a new redirect URL for a signer who has signed', async () => {
    const { signatureJobId: id, signers } = await create({ signers: [directSigner(1), directSigner(2)] });
    await act(id, 1, 'sign');
    const done = signers.find(({ signerUrl }) => signerUrl.endsWith('/1'))!;
    assert.equal((await api.call('POST', done.signerUrl)).status, 409);
    assert.equal((await api.call('POST', `/direct/signature-jobs/${id}/signers/3`)).status, 404);
  });

  it('is delivered by polling if created so, in a queue separate from the portal flow’s', async () => {
    const request = { statusRetrievalMethod: 'POLLING', pollingQueue: 'kø' } as const;
    const job = await create({ request, signers: [directSigner(1), directSigner(2)] });
    const silent = await create({ request: { pollingQueue: 'kø' } });
    assert.equal(job.statusUrl, undefined);
    const poll = async () => await api.call('GET', '/direct/signature-jobs?polling_queue=k%C3%B8');
    await act(silent.signatureJobId, 1, 'sign');
    assert.equal((await poll()).status, 204);
    const token = tokenIn(await act(job.signatureJobId, 1, 'sign'));
    assert.equal((await api.poll('kø')).status, 204);
    const change = readDirectSignatureJobStatus((await poll()).body);
    assert.deepEqual([change.signatureJobId, change.status], [job.signatureJobId, 'IN_PROGRESS']);
    assert.equal((await api.call('POST', change.confirmationUrl!)).status, 200);
    assert.equal((await poll()).status, 204);
    assert.equal((await ask(`/direct/signature-jobs/${job.signatureJobId}/status`, token)).status, 404);
    await act(job.signatureJobId, 2, 'reject');
    const end = readDirectSignatureJobStatus((await poll()).body);
    assert.equal(end.status, 'FAILED');
    await api.advance(601);
    assert.equal((await poll()).status, 200);
    assert.equal((await api.call('POST', end.confirmationUrl!)).status, 200);
    assert.equal((await api.call('GET', end.padesUrl!)).status, 404);
  });

  it('is signed without a ceremony for the tests of existing clients', async () => {
    const { signatureJobId: id, statusUrl = '' } = await create({
      signers: [directSigner(1), ownSigner('kunde 17')],
    });
    const sign = async (url: string, as?: 'publicSender'): Promise<ApiReply> =>
      await api.call('POST', `https://127.0.0.1/web/${url}`, as === undefined ? {} : { as });
    const path = `signature-jobs/${id}/devmodesign`;
    assert.equal((await sign(`${path}?signer=nobody`)).status, 404);
    assert.equal((await sign(`${path}?signer=kunde%2017`, 'publicSender')).status, 403);
    const exit = await sign(`${path}?signer=kunde%2017`);
    assert.equal((await statusOf(statusUrl, tokenIn(exit.text))).signatures[1]!.status.kind, 'SIGNED');
    assert.equal((await sign(`${path}?signer=kunde+17`)).status, 409);
    const portal = await api.createJob();
    assert.equal((await sign(`portal/signature-jobs/${portal}/devmodesign`)).status, 200);
    assert.equal(api.parts.jobs.find(portal)!.signers[0]!.status, 'SIGNED');
  });

  it('cannot be cancelled, or accessed as a job of the portal flow', async () => {
    const { signatureJobId: id } = await create();
    assert.equal((await api.call('POST', `/direct/signature-jobs/${id}/cancel`)).status, 404);
    assert.equal((await api.call('POST', `/portal/signature-jobs/${id}/cancel`)).status, 404);
    assert.equal((await api.call('GET', `/portal/signature-jobs/${id}/pades`)).status, 404);
  });

  it('is rejected with two equal signers, a violated sector rule, or an invalid exit URL', async () => {
    const twice = await order({ signers: [ownSigner('a'), ownSigner('a')] });
    assert.deepEqual([twice.status, /same identifier/u.test(twice.text)], [400, true]);
    const level = await order({ manifest: { requiredAuthentication: 3 } });
    assert.deepEqual([level.status, /security level 4/u.test(level.text)], [400, true]);
    const shown = { identifierInSignedDocuments: 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' } as const;
    assert.equal((await order({ signers: [ownSigner('a')], manifest: shown })).status, 400);
    for (const errorUrl of ['/failed', 'javascript:alert(1)', '']) {
      const exit = await order({ request: { exitUrls: { ...EXIT_URLS, errorUrl } } });
      assert.deepEqual([exit.status, /error-url/u.test(exit.text)], [400, true], errorUrl);
    }
  });
});
