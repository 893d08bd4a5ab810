import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { SigningError } from '@signering/schema';
import { writeServiceError } from '@signering/schema/xml';
import * as errors from '@signering/signing-api/internal/errors.js';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { jobUrl, listen, portOf, startTestService, type TestService } from '../test-service.js';

const OPERATIONS = {
  probe: ({ api }) => api.probe({ organizationNumber: SENDER_ORGANIZATION }),
  fetchStatusChange: ({ api }) => api.portal.fetchStatusChange({ organizationNumber: SENDER_ORGANIZATION }),
  redirectUrl: ({ api, root }) => api.direct.requestRedirectUrl(jobUrl(root, 'signers/1') as never),
  fetchStatus: ({ api, root }) =>
    api.direct.fetchStatus({ statusUrl: jobUrl(root, 'status') as never, statusQueryToken: 'token' }),
  confirm: ({ api, root }) => api.portal.confirmStatusChange(jobUrl(root, 'complete') as never),
  cancel: ({ api, root }) => api.portal.cancelSignatureJob(jobUrl(root, 'cancel') as never),
  deleteDocuments: ({ api, root }) => api.portal.deleteDocuments(jobUrl(root, 'documents') as never),
  longTermPades: ({ api }) =>
    api.longTermStorage.downloadPades({ organizationNumber: SENDER_ORGANIZATION, documentId: '1' }),
  pades: ({ api, root }) => api.portal.downloadPades(jobUrl(root, 'pades') as never),
  xades: ({ api, root }) => api.portal.downloadXades(jobUrl(root, 'xades/1') as never),
} satisfies Record<string, (service: TestService) => Promise<unknown>>;
type Operation = keyof typeof OPERATIONS;

interface Row {
  readonly operation?: Operation;
  readonly status: number;
  readonly errorCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expected: {
    readonly type: keyof typeof errors;
    readonly code: string;
    readonly retryable: boolean;
  };
}

const refused = { type: 'RequestRefusedError', code: 'REQUEST_REFUSED', retryable: false } as const;
const unavailable = {
  type: 'ServiceUnavailableError',
  code: 'SERVICE_UNAVAILABLE',
  retryable: true,
} as const;
const broker = { type: 'BrokerNotAuthorizedError', code: 'BROKER_NOT_AUTHORIZED', retryable: false } as const;
const notAuthorized = { type: 'NotAuthorizedError', code: 'NOT_AUTHORIZED', retryable: false } as const;

const TABLE: readonly Row[] = [
  { status: 403, errorCode: 'BROKER_NOT_AUTHORIZED', expected: broker },
  { status: 500, errorCode: 'BROKER_NOT_AUTHORIZED', expected: broker },
  { status: 401, errorCode: 'NOT_AUTHORIZED', expected: notAuthorized },
  { status: 403, errorCode: 'NOT_AUTHORIZED', expected: notAuthorized, operation: 'probe' },
  {
    status: 403,
    errorCode: 'INVALID_STATUS_QUERY_TOKEN',
    expected: { type: 'StatusQueryTokenInvalidError', code: 'STATUS_QUERY_TOKEN_INVALID', retryable: false },
    operation: 'fetchStatus',
  },
  {
    status: 404,
    errorCode: 'SIGNING_CEREMONY_NOT_COMPLETED',
    expected: {
      type: 'SigningCeremonyNotCompletedError',
      code: 'SIGNING_CEREMONY_NOT_COMPLETED',
      retryable: true,
    },
    operation: 'fetchStatus',
  },
  {
    status: 404,
    errorCode: 'ARCHIVED_DOCUMENT_NOT_FOUND',
    expected: {
      type: 'LongTermDocumentNotFoundError',
      code: 'LONG_TERM_DOCUMENT_NOT_FOUND',
      retryable: false,
    },
    operation: 'pades',
  },
  {
    status: 409,
    errorCode: 'JOB_ALREADY_COMPLETED',
    expected: { type: 'JobNotCancellableError', code: 'JOB_NOT_CANCELLABLE', retryable: false },
    operation: 'cancel',
  },
  { status: 409, errorCode: 'JOB_ALREADY_COMPLETED', expected: refused, operation: 'confirm' },
  {
    status: 400,
    errorCode: 'SCHEMA_VALIDATION_ERROR',
    expected: { type: 'MessageRefusedError', code: 'MESSAGE_REFUSED', retryable: false },
  },
  {
    status: 400,
    errorCode: 'ASICE_VALIDATION_FAILED',
    expected: { type: 'DocumentPackageRefusedError', code: 'DOCUMENT_PACKAGE_REFUSED', retryable: false },
  },
  { status: 404, errorCode: 'SOMETHING_NEW', expected: refused, operation: 'xades' },
  { status: 410, expected: refused, operation: 'confirm' },
  { status: 404, body: 'not here', expected: refused, operation: 'deleteDocuments' },
  { status: 400, body: 'x'.repeat(70_000), expected: refused },
  { status: 400, body: '<!DOCTYPE error><error/>', expected: refused },
  { status: 302, headers: { location: 'https://localhost/' }, expected: refused, operation: 'pades' },
  { status: 500, expected: unavailable },
  { status: 502, body: '<html>', expected: unavailable, operation: 'confirm' },
  { status: 503, errorCode: 'MAINTENANCE', expected: unavailable, operation: 'pades' },
];

describe('the errors of the service', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  for (const { operation = 'fetchStatusChange', status, errorCode, headers = {}, body, expected } of TABLE) {
    it(`${operation}: ${status} ${errorCode ?? body?.slice(0, 20) ?? ''} is ${expected.code}`, async () => {
      const errorBody =
        errorCode && writeServiceError({ errorCode, errorMessage: 'No.', errorType: 'CLIENT' });
      service.answer = (response) => response.writeHead(status, headers).end(errorBody ?? body);
      const before = service.requests.length;
      const { type, code, retryable } = expected;
      await assert.rejects(OPERATIONS[operation](service), (error) => {
        assert.ok(error instanceof SigningError && error instanceof (errors[type] as never));
        assert.equal(error.code, code);
        assert.equal(error.retryable, retryable);
        assert.deepEqual(error.facts, {
          operation,
          httpStatus: status,
          ...(errorCode && { serviceErrorCode: errorCode, serviceErrorType: 'CLIENT' }),
        });
        return true;
      });
      assert.equal(service.requests.length, before + 1);
    });
  }

  it('name the operation in each case, with the method and address that were called', async () => {
    service.answer = (response) => response.writeHead(500).end();
    const called: string[] = [];
    for (const [operation, call] of Object.entries(OPERATIONS)) {
      await assert.rejects(call(service), { facts: { operation, httpStatus: 500 } });
      const { method, url, headers } = service.requests.at(-1)!;
      called.push(
        `${operation}: ${method} ${url} ${headers.accept ?? ''} ${headers['content-length'] ?? '-'}`,
      );
    }
    const root = `/api/${SENDER_ORGANIZATION}`;
    const job = `${root}/portal/signature-jobs/1`;
    assert.deepEqual(called, [
      `probe: GET ${root} text/plain, application/xml -`,
      `fetchStatusChange: GET ${root}/portal/signature-jobs application/xml -`,
      `redirectUrl: POST ${job}/signers/1 application/xml 159`,
      `fetchStatus: GET ${job}/status?status_query_token=token application/xml -`,
      `confirm: POST ${job}/complete application/xml 0`,
      `cancel: POST ${job}/cancel application/xml 0`,
      `deleteDocuments: DELETE ${job}/documents application/xml -`,
      `longTermPades: GET ${root}/archive/documents/1/pades application/octet-stream, application/xml -`,
      `pades: GET ${job}/pades application/octet-stream, application/xml -`,
      `xades: GET ${job}/xades/1 application/xml -`,
    ]);
  });

  it('take any 2xx for yes where only that matters', async () => {
    for (const status of [200, 202, 204]) {
      service.answer = (response) => response.writeHead(status).end(status === 204 ? undefined : 'what?');
      await OPERATIONS.confirm(service);
      await OPERATIONS.cancel(service);
      await OPERATIONS.deleteDocuments(service);
    }
  });

  it('keep the text of the service apart from message and facts, without numbers, addresses and certificates', async () => {
    const refuse = async (errorMessage: string, errorCode = 'SOMETHING_NEW') => {
      const body = writeServiceError({ errorCode, errorMessage, errorType: 'CLIENT' });
      service.answer = (response) => response.writeHead(400).end(body);
      try {
        await OPERATIONS.fetchStatusChange(service);
      } catch (error) {
        assert.ok(error instanceof SigningError);
        return { text: error.serviceMessage, printed: `${inspect(error)} ${JSON.stringify(error)}` };
      }
      return assert.fail('the call succeeded');
    };
    const said = 'Ola Nordmann 01815012345 (018150 12345, kari@example.com, +47 99 99 99 99) twice';
    for (const code of ['SOMETHING_NEW', 'SCHEMA_VALIDATION_ERROR', 'ASICE_VALIDATION_FAILED']) {
      const { text, printed } = await refuse(said, code);
      assert.equal(text, 'Ola Nordmann *** (***, *** ***) twice');
      assert.doesNotMatch(printed, /Nordmann|twice/u);
    }
    assert.equal((await refuse('Unknown CN=Kari Nordmann, serial number 4711')).text, undefined);
    assert.equal((await refuse('Ola is not allowed', 'BROKER_NOT_AUTHORIZED')).text, undefined);
    assert.doesNotMatch((await refuse('No.', 'Kari 01815012345')).printed, /Kari|01815012345/u);
    assert.ok(((await refuse('x '.repeat(10_000))).text ?? '').length < 400);
  });

  it('are reported when their body never ends', async () => {
    // The head of the answer must come within that time.
    const slow = await startTestService({ api: { timeouts: { answerTimeoutMs: 5000 } } });
    const respond = (response: ServerResponse) => response.writeHead(400).write('<error');
    slow.answer = respond;
    try {
      await assert.rejects(OPERATIONS.confirm(slow), { code: 'REQUEST_REFUSED' });
    } finally {
      await slow.stop();
    }
  });

  it('are SERVICE_UNAVAILABLE when no answer comes in time', async () => {
    const silent = await startTestService({ api: { timeouts: { answerTimeoutMs: 300 } } });
    silent.answer = () => undefined;
    try {
      await assert.rejects(OPERATIONS.fetchStatusChange(silent), {
        code: 'SERVICE_UNAVAILABLE',
        retryable: true,
      });
    } finally {
      await silent.stop();
    }
  });

  it('are SERVICE_UNAVAILABLE when no connection is made in time, also for a job, which there is none then', async () => {
    const silent = createServer();
    const stop = await listen(silent);
    const apiUrl = `https://127.0.0.1:${portOf(silent)}/api`;
    const service = await startTestService({ api: { apiUrl, timeouts: { connectTimeoutMs: 300 } } });
    try {
      const inTime = { code: 'SERVICE_UNAVAILABLE', message: /no connection within 300 ms/u };
      await assert.rejects(OPERATIONS.probe(service), inTime);
      await assert.rejects(service.api.portal.createSignatureJob(newPortalJob()), inTime);
    } finally {
      await service.stop();
      await stop();
    }
  });

  it('are the 30 seconds of a block when there were too many calls', async () => {
    for (const headers of [
      {},
      { DoSFilter: 'delayed', 'X-Next-permitted-poll-time': new Date().toISOString() },
    ]) {
      const blocked = await startTestService();
      blocked.answer = (response) => response.writeHead(429, headers).end();
      try {
        await assert.rejects(OPERATIONS.fetchStatusChange(blocked), {
          code: 'RATE_LIMITED',
          retryable: true,
          facts: { operation: 'fetchStatusChange', httpStatus: 429, retryAfterMs: 30_000 },
        });
        // No other call goes meanwhile: each call would prolong the block.
        await assert.rejects(OPERATIONS.confirm(blocked), (error) => {
          assert.ok(error instanceof errors.RateLimitedError);
          const { retryAfterMs = 0, httpStatus } = error.facts;
          assert.equal(httpStatus, undefined);
          return retryAfterMs > 25_000 && retryAfterMs <= 30_000;
        });
        assert.equal(blocked.requests.length, 1);
      } finally {
        await blocked.stop();
      }
    }
  });
});
