import assert from 'node:assert/strict';
import { SERVICE_ERRORS, type ServiceErrorCode } from '@signering/sandbox/internal/api/service-errors.js';
import { readServiceError } from '@signering/schema/xml';
import { element, elements } from '../stage/answer-elements.js';
import { directRequest, EXIT_URLS, ownSigner } from '../stage/direct-order.js';
import { createRequest, multipart } from '../stage/order.js';
import type { Answer, Sender } from '../stage/sender.js';
import { atOneMoment } from '../stage/at-one-moment.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';

/** The clients in the test, each with separate calls. */
interface Stage {
  readonly sandbox: TestSandbox;
  readonly sender: Sender;
  readonly broker: Sender;
  readonly unauthorized: Sender;
}

const UNAUTHORIZED = '312901234';

/** What one does to get an error, by its code. The sandbox's own mistakes cannot be brought about. */
const CAUSES: Readonly<
  Record<Exclude<ServiceErrorCode, 'INTERNAL_ERROR'>, (stage: Stage) => Promise<Answer>>
> = {
  NOT_AUTHORIZED: async ({ unauthorized }) => await unauthorized.call('GET', ''),
  BROKER_NOT_AUTHORIZED: async ({ broker, sandbox }) =>
    await broker.call('GET', `${sandbox.sandbox().announcement.apiUrl}/${UNAUTHORIZED}`),
  INVALID_ORGANIZATION_NUMBER: async ({ sender, sandbox }) =>
    await sender.call('GET', `${sandbox.sandbox().announcement.apiUrl}/31234567`),
  NOT_FOUND: async ({ sender }) => await sender.call('GET', '/portal/signature-jobs/1/pades'),
  METHOD_NOT_ALLOWED: async ({ sender }) => await sender.call('DELETE', '/portal/signature-jobs'),
  REQUEST_TOO_LARGE: async ({ sender }) =>
    await sender.call('POST', '/portal/signature-jobs', { body: Buffer.alloc(21 * 1024 * 1024) }),
  INVALID_MULTIPART: async ({ sender }) =>
    await sender.call('POST', '/portal/signature-jobs', { body: Buffer.from('one part') }),
  SCHEMA_VALIDATION_ERROR: async ({ sender }) =>
    await sender.call(
      'POST',
      '/portal/signature-jobs',
      multipart(
        '<portal-signature-job-request xmlns="http://signering.posten.no/schema/v1"><x/></portal-signature-job-request>',
        Buffer.from('PK'),
      ),
    ),
  ASICE_VALIDATION_FAILED: async ({ sender }) =>
    await sender.create({ signingTime: new Date(Date.now() - 60_000) }),
  INVALID_EXIT_URL: async ({ sender }) => {
    const exitUrls = { ...EXIT_URLS, errorUrl: 'mailto:somebody@example.com' };
    const order = { request: { exitUrls } } as unknown as Parameters<typeof directRequest>[1];
    return await sender.call('POST', '/direct/signature-jobs', await directRequest(sender, order));
  },
  SIGNING_CEREMONY_NOT_COMPLETED: async (stage) =>
    await stage.sender.call('GET', await statusUrl(stage, 'none-yet')),
  INVALID_STATUS_QUERY_TOKEN: async (stage) => {
    const url = await statusUrl(stage, 'not-this-one');
    await stage.sandbox.admin('POST', `/jobs/${jobIn(url)}/signers/1/sign`);
    return await stage.sender.call('GET', url);
  },
  SIGNER_NOT_WAITING: async ({ sender, sandbox }) => {
    const { text } = await createDirect(sender);
    await sandbox.admin('POST', `/jobs/${element(text, 'signature-job-id')}/signers/1/sign`);
    return await sender.call('POST', /<signer href="([^"]*)"/u.exec(text)![1]!);
  },
  JOB_NOT_CANCELLABLE: async ({ sender, sandbox }) => {
    const { text } = await sender.create();
    await sandbox.admin('POST', `/jobs/${element(text, 'signature-job-id')}/signers/1/reject`);
    return await sender.call('POST', element(text, 'cancellation-url'));
  },
  DOCUMENTS_NOT_DELETABLE: async ({ sender }) => {
    const id = element((await sender.create()).text, 'signature-job-id');
    return await sender.call('DELETE', `/portal/signature-jobs/${id}`);
  },
  ARCHIVED_DOCUMENT_NOT_FOUND: async ({ sender }) =>
    await sender.call('GET', '/archive/documents/1234/pades'),
  SIGNER_CANNOT_SIGN: async ({ sender, sandbox }) => {
    const id = element((await createDirect(sender)).text, 'signature-job-id');
    const web = sandbox.sandbox().announcement.apiUrl.replace(/\/api$/u, '/web');
    await sandbox.admin('POST', `/jobs/${id}/signers/1/reject`);
    return await sender.call('POST', `${web}/signature-jobs/${id}/devmodesign`);
  },
};

async function createDirect(sender: Sender): Promise<Answer> {
  return await sender.call(
    'POST',
    '/direct/signature-jobs',
    await directRequest(sender, { signers: [ownSigner('kari')] }),
  );
}

async function statusUrl({ sender }: Stage, token: string): Promise<string> {
  const { text } = await createDirect(sender);
  return `${element(text, 'status-url')}?status_query_token=${token}`;
}

function jobIn(url: string): string {
  return /signature-jobs\/(\d+)/u.exec(url)![1]!;
}

describe('the errors of the API, by cause', () => {
  let stage: Stage;
  beforeEach(async () => {
    const sandbox = await startTestSandbox({ emptyQueueWaitMs: 60_000 });
    stage = {
      sandbox,
      sender: await sandbox.sender(),
      broker: await sandbox.sender('broker'),
      unauthorized: await sandbox.sender('unauthorized'),
    };
  });
  afterEach(async () => await stage.sandbox.close());

  for (const [code, cause] of Object.entries(CAUSES)) {
    it(code, async () => {
      const answer = await cause(stage);
      assert.equal(answer.status, SERVICE_ERRORS[code as ServiceErrorCode]);
      assert.equal(answer.headers['content-type'], 'application/xml');
      const { errorCode, errorType, errorMessage } = readServiceError(answer.body);
      assert.equal(errorCode, code);
      assert.equal(errorType, 'CLIENT');
      assert.ok(errorMessage.length > 10);
    });
  }

  it('429 with a new time, for a poll that comes too early', async () => {
    const empty = await stage.sender.poll();
    const early = await stage.sender.poll();
    assert.equal(early.status, 429);
    assert.equal(early.body.length, 0);
    const time = ({ headers }: Answer) => Date.parse(String(headers['x-next-permitted-poll-time']));
    assert.ok(Math.abs(time(early) - time(empty)) < 1000);
    assert.ok(!('dosfilter' in early.headers));
  });

  it('429 without a time, for the eleventh call in a second', async () => {
    const { headers, body } = await createRequest(stage.sender);
    const answers = await atOneMoment(
      async () =>
        await Promise.all([
          ...Array.from({ length: 10 }, async () => await stage.sender.call('GET', '')),
          stage.sender.call('POST', '/portal/signature-jobs', { headers, body }),
        ]),
    );
    const blocked = answers.filter(({ status }) => status === 429);
    assert.equal(blocked.length, 1);
    assert.ok('dosfilter' in blocked[0]!.headers);
    assert.equal(blocked[0]!.body.length, 0);
    assert.equal((await stage.sender.call('GET', '')).status, 429, 'and all that come after it');
  });

  it('a rejected job does not exist', async () => {
    await CAUSES.ASICE_VALIDATION_FAILED(stage);
    await CAUSES.SCHEMA_VALIDATION_ERROR(stage);
    assert.deepEqual(await stage.sandbox.admin('GET', '/jobs'), { jobs: [] });
    assert.equal(elements((await stage.sender.create()).text, 'signature-job-id').length, 1);
  });
});
