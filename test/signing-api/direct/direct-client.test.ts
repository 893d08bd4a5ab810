import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import {
  SigningError,
  type ConfirmationUrl,
  type DeleteDocumentsUrl,
  type DirectSignerResponse,
  type PadesUrl,
  type RedirectUrl,
  type SignatureJobId,
  type SignerUrl,
  type StatusUrl,
  type XadesUrl,
} from '@signering/schema';
import {
  readDirectSignerUpdateRequest,
  validateMessage,
  writeDirectSignatureJobStatus,
  writeDirectSignerResponse,
  writeServiceError,
  type NamedDirectStatus,
} from '@signering/schema/xml';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { startTestService, type TestService } from '../test-service.js';

const JOB = `/api/${SENDER_ORGANIZATION}/direct/signature-jobs/7`;
const STATUS: NamedDirectStatus = {
  reference: 'A-1',
  signatureJobId: '7' as SignatureJobId,
  status: 'IN_PROGRESS',
  signatures: [
    {
      signer: '01815010260',
      status: { kind: 'SIGNED' },
      since: '2030-01-01T00:00:00.000Z',
      xadesUrl: 'https://localhost/xades/1' as XadesUrl,
    },
    { signer: 'CUSTOMER-1', status: { kind: 'WAITING' }, since: '2030-01-01T00:00:00.000Z' },
  ],
  padesUrl: 'https://localhost/pades' as PadesUrl,
};
const SIGNER: DirectSignerResponse = {
  identifier: { signerIdentifier: 'CUSTOMER-1' },
  signerUrl: 'https://localhost/signers/2' as SignerUrl,
  redirectUrl: 'https://localhost/#/redirect/fresh' as RedirectUrl,
};

describe('the direct client', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  const answerWith = (body: string, status = 200, headers: Record<string, string> = {}) => {
    service.answer = (response) => response.writeHead(status, headers).end(body);
  };
  const at = (path: string) => `${new URL(service.root).origin}${JOB}/${path}`;
  const lastCall = () => {
    const { method, url } = service.requests.at(-1)!;
    return `${method} ${url}`;
  };
  const fetchStatus = (statusQueryToken: string, url = at('status')) =>
    service.api.direct.fetchStatus({ statusUrl: url as StatusUrl, statusQueryToken });

  it('asks for the status with the token, and reads it', async () => {
    answerWith(writeDirectSignatureJobStatus(STATUS));
    assert.deepEqual(await fetchStatus('0d5b-æ +/=&#'), STATUS);
    assert.equal(lastCall(), `GET ${JOB}/status?status_query_token=0d5b-%C3%A6%20%2B%2F%3D%26%23`);
    assert.equal(service.requests.at(-1)!.headers.accept, 'application/xml');
  });

  it('keeps the query that the status URL has, as it stands', async () => {
    answerWith(writeDirectSignatureJobStatus(STATUS));
    await fetchStatus('token', `${at('status')}?a=1+2&b=%2b#c`);
    assert.equal(lastCall(), `GET ${JOB}/status?a=1+2&b=%2b&status_query_token=token`);
  });

  it('tells a wrong token from a ceremony that is not over', async () => {
    const refuse = (errorCode: string, status: number) =>
      answerWith(writeServiceError({ errorCode, errorMessage: 'No.', errorType: 'CLIENT' }), status);
    refuse('INVALID_STATUS_QUERY_TOKEN', 403);
    await assert.rejects(fetchStatus('hemmelig'), (error) => {
      assert.ok(error instanceof SigningError);
      assert.doesNotMatch(`${error.stack ?? ''}${JSON.stringify(error)}`, /hemmelig/u);
      assert.equal(error.code, 'STATUS_QUERY_TOKEN_INVALID');
      assert.equal(error.retryable, false);
      assert.deepEqual(error.facts, {
        operation: 'fetchStatus',
        httpStatus: 403,
        serviceErrorCode: 'INVALID_STATUS_QUERY_TOKEN',
        serviceErrorType: 'CLIENT',
      });
      return true;
    });
    refuse('SIGNING_CEREMONY_NOT_COMPLETED', 404);
    await assert.rejects(fetchStatus('token'), {
      code: 'SIGNING_CEREMONY_NOT_COMPLETED',
      retryable: true,
      message:
        /^Asking for the status of the signature job failed \(HTTP 404, SIGNING_CEREMONY_NOT_COMPLETED\)/u,
    });
  });

  it('sends no text that cannot be a token', async () => {
    const before = service.requests.length;
    for (const nonsense of ['', 'x'.repeat(100_000), '\ud800']) {
      await assert.rejects(fetchStatus(nonsense), { code: 'STATUS_QUERY_TOKEN_INVALID', retryable: false });
    }
    assert.equal(service.requests.length, before);
  });

  it('asks for a fresh redirect URL at the URL of the signer', async () => {
    answerWith(writeDirectSignerResponse(SIGNER));
    const signerUrl = at('signers/2') as SignerUrl;
    assert.deepEqual(await service.api.direct.requestRedirectUrl(signerUrl), SIGNER);
    assert.equal(lastCall(), `POST ${JOB}/signers/2`);
    const { headers, body } = service.requests.at(-1)!;
    assert.equal(headers['content-type'], 'application/xml');
    assert.equal(headers['content-length'], String(body.length));
    validateMessage(body);
    assert.deepEqual(readDirectSignerUpdateRequest(body), { redirectUrl: true });
  });

  it('says that there is no redirect URL for a signer who is done, and that to ask again after a fault is harmless', async () => {
    const signerUrl = at('signers/2') as SignerUrl;
    answerWith('', 409);
    await assert.rejects(service.api.direct.requestRedirectUrl(signerUrl), {
      code: 'SIGNER_NOT_WAITING',
      facts: { operation: 'redirectUrl', httpStatus: 409 },
    });
    service.answer = (response) => response.socket?.destroy();
    await assert.rejects(service.api.direct.requestRedirectUrl(signerUrl), {
      code: 'SERVICE_UNAVAILABLE',
      retryable: true,
    });
    answerWith('a page of a proxy');
    await assert.rejects(service.api.direct.requestRedirectUrl(signerUrl), {
      code: 'UNREADABLE_RESPONSE',
      retryable: true,
    });
  });

  it('polls the queues of the direct flow, which are not those of the portal flow', async () => {
    const poll = (pollingQueue?: string) =>
      service.api.direct.fetchStatusChange({
        organizationNumber: SENDER_ORGANIZATION,
        ...(pollingQueue !== undefined && { pollingQueue }),
      });
    const date = 'Tue, 01 Jan 2030 12:00:00 GMT';
    const began = performance.now();
    answerWith(writeDirectSignatureJobStatus(STATUS), 200, {
      'X-Next-permitted-poll-time': '2030-01-01T12:00:00Z',
      date,
    });
    assert.deepEqual(await poll('kø 1'), { kind: 'STATUS_CHANGE', change: STATUS, nextPollInMs: 0 });
    const path = `/api/${SENDER_ORGANIZATION}/direct/signature-jobs`;
    assert.equal(lastCall(), `GET ${path}?polling_queue=k%C3%B8%201`);
    answerWith('', 204, { 'X-Next-permitted-poll-time': '2030-01-01T12:10:00Z', date });
    const { nextPollInMs, ...empty } = await poll();
    assert.deepEqual(empty, { kind: 'EMPTY' });
    // The difference of two moments of the service, without what this machine took since the first answer.
    const took = performance.now() - began;
    assert.ok(nextPollInMs >= 599_999 - took && nextPollInMs <= 600_000, `${nextPollInMs} ms`);
    assert.equal(lastCall(), `GET ${path}`);
    answerWith('', 429, { 'X-Next-permitted-poll-time': '2030-01-01T12:00:07Z', date });
    await assert.rejects(poll(), {
      code: 'POLLED_TOO_EARLY',
      facts: { operation: 'fetchStatusChange', httpStatus: 429, retryAfterMs: 7000 },
    });
  });

  it('fetches signed documents, confirms and deletes by the URLs of a status', async () => {
    const { direct } = service.api;
    answerWith('%PDF-1.7');
    const pades = await direct.downloadPades(at('pades') as PadesUrl);
    assert.equal((await buffer(pades.content)).toString(), '%PDF-1.7');
    assert.equal(lastCall(), `GET ${JOB}/pades`);
    answerWith('<XAdES/>');
    const xades = await direct.downloadXades(at('xades/4') as XadesUrl);
    assert.equal((await buffer(xades.content)).toString(), '<XAdES/>');
    assert.equal(lastCall(), `GET ${JOB}/xades/4`);
    answerWith('');
    await direct.confirmStatusChange(at('complete') as ConfirmationUrl);
    assert.equal(lastCall(), `POST ${JOB}/complete`);
    assert.equal(service.requests.at(-1)!.headers['content-length'], '0');
    await direct.deleteDocuments(at('documents') as DeleteDocumentsUrl);
    assert.equal(lastCall(), `DELETE ${JOB}/documents`);
  });
});
