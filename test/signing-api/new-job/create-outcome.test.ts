import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { newPortalJob } from '../new-portal-job.js';
import { startTestService, type Answer, type TestService } from '../test-service.js';

const RESPONSE =
  '<portal-signature-job-response xmlns="http://signering.posten.no/schema/v1"><signature-job-id>7</signature-job-id>' +
  '<cancellation-url>https://localhost/cancel</cancellation-url></portal-signature-job-response>';

/** More than all buffers between client and server hold together. */
const MORE_THAN_BUFFERS = 10_000_000;

describe('the outcome of creating a signature job', () => {
  let service: TestService;
  /** Its client does not wait long: for the tests in which nothing comes. */
  let impatient: TestService;
  before(async () => {
    service = await startTestService();
    impatient = await startTestService({ api: { timeouts: { answerTimeoutMs: 3000 } } });
  });
  afterEach(() => {
    service.intercept = undefined;
    impatient.intercept = undefined;
  });
  after(async () => {
    await service.stop();
    await impatient.stop();
  });

  const create = (options?: { bytes?: number; signal?: AbortSignal }, at = service) =>
    at.api.portal.createSignatureJob(newPortalJob(options), {
      ...(options?.signal && { signal: options.signal }),
    });

  const UNKNOWN: Readonly<Record<string, Answer>> = {
    'the connection breaks after the request': (response) => response.socket?.destroy(),
    'the connection ends after the request': (response) => response.socket?.end(),
    'an answer breaks off': (response) => {
      response.writeHead(200, { 'content-length': RESPONSE.length });
      response.write(RESPONSE.slice(0, 20), () => response.socket?.destroy());
    },
    'the service reports an internal fault': (response) => response.writeHead(500).end(),
    'a proxy cannot reach the service': (response) => response.writeHead(503).end('<html>'),
    'a redirect comes': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    'a success is empty': (response) => response.writeHead(204).end(),
    'a success is no XML': (response) => response.end('OK'),
    'a success is another message': (response) =>
      response.end('<error xmlns="http://signering.posten.no/schema/v1"/>'),
    'a success is far too long': (response) => response.end('x'.repeat(1_000_000)),
  };
  const SILENT: Readonly<Record<string, Answer>> = {
    'no answer comes': () => undefined,
    'an answer begins and does not go on': (response) => response.write(RESPONSE.slice(0, 20)),
  };
  for (const [what, answer] of Object.entries({ ...UNKNOWN, ...SILENT })) {
    it(`is unknown when ${what}`, async () => {
      const at = what in SILENT ? impatient : service;
      at.answer = answer;
      const before = at.requests.length;
      await assert.rejects(create({}, at), (error: Error & { facts?: { operation?: string } }) => {
        assert.equal('code' in error && error.code, 'CREATE_OUTCOME_UNKNOWN', error.stack);
        assert.equal('retryable' in error && error.retryable, false);
        assert.equal(error.facts?.operation, 'create');
        return true;
      });
      assert.equal(at.requests.length, before + 1);
    });
  }

  it('is unknown when the caller gives up after the request was handed over', async () => {
    const abort = new AbortController();
    service.answer = () => abort.abort(new Error('the worker shuts down'));
    await assert.rejects(create({ signal: abort.signal }), { code: 'CREATE_OUTCOME_UNKNOWN' });
  });

  it('is no job when the caller gives up before that', async () => {
    const reason = new Error('the worker shuts down');
    await assert.rejects(create({ signal: AbortSignal.abort(reason) }), reason);
    const abort = new AbortController();
    service.intercept = (request) => {
      request.pause();
      abort.abort(reason);
      return true;
    };
    await assert.rejects(create({ signal: abort.signal, bytes: MORE_THAN_BUFFERS }), reason);
  });

  it('is no job when the connection breaks before the request was handed over', async () => {
    service.intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    await assert.rejects(create({ bytes: MORE_THAN_BUFFERS }), {
      code: 'SERVICE_UNAVAILABLE',
      retryable: true,
    });
  });

  it('is no job when the service stops reading before the request was handed over', async () => {
    impatient.intercept = (request) => {
      request.pause();
      return true;
    };
    await assert.rejects(create({ bytes: MORE_THAN_BUFFERS }, impatient), {
      code: 'SERVICE_UNAVAILABLE',
      retryable: true,
    });
  });

  it('is no job when no connection can be made', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => unused.once('listening', resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const elsewhere = await startTestService({ api: { apiUrl: `https://127.0.0.1:${port}/api` } });
    try {
      await assert.rejects(elsewhere.api.portal.createSignatureJob(newPortalJob()), {
        code: 'SERVICE_UNAVAILABLE',
        retryable: true,
      });
    } finally {
      await elsewhere.stop();
    }
  });

  it('is no job when the service refuses the request', async () => {
    const refusals = [
      { status: 400, code: 'ASICE_VALIDATION_FAILED', expected: 'DOCUMENT_PACKAGE_REFUSED' },
      { status: 500, code: 'SCHEMA_VALIDATION_ERROR', expected: 'MESSAGE_REFUSED' },
      { status: 403, code: 'BROKER_NOT_AUTHORIZED', expected: 'BROKER_NOT_AUTHORIZED' },
      { status: 413, code: undefined, expected: 'REQUEST_REFUSED' },
      // Last, because it holds back all calls of this client.
      { status: 429, code: undefined, expected: 'RATE_LIMITED' },
    ];
    for (const { status, code, expected } of refusals) {
      service.answer = (response) =>
        response
          .writeHead(status)
          .end(
            code &&
              `<error xmlns="http://signering.posten.no/schema/v1"><error-code>${code}</error-code>` +
                '<error-message>No.</error-message><error-type>CLIENT</error-type></error>',
          );
      await assert.rejects(create(), { code: expected });
    }
  });
});
