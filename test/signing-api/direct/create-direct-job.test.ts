import assert from 'node:assert/strict';
import { readDocumentPackage } from '@signering/document-package';
import type {
  ConfirmationUrl,
  DirectSignatureJobResponse,
  RedirectUrl,
  SignatureJobId,
  SignerUrl,
  StatusUrl,
} from '@signering/schema';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  writeDirectSignatureJobResponse,
  writeServiceError,
} from '@signering/schema/xml';
import { partsOf } from '../multipart-parts.js';
import { newDirectJob } from '../new-direct-job.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { startTestService, type TestService } from '../test-service.js';

const CALLBACK: DirectSignatureJobResponse = {
  reference: 'A-1',
  signatureJobId: '7' as SignatureJobId,
  statusUrl: 'https://localhost/status' as StatusUrl,
  signers: [
    {
      identifier: { signerIdentifier: 'CUSTOMER-1' },
      signerUrl: 'https://localhost/signers/2' as SignerUrl,
      redirectUrl: 'https://localhost/#/redirect/b' as RedirectUrl,
    },
    {
      identifier: { personalIdentificationNumber: '01815010260' },
      signerUrl: 'https://localhost/signers/1' as SignerUrl,
      redirectUrl: 'https://localhost/#/redirect/a' as RedirectUrl,
    },
  ],
};
const { statusUrl: _, ...POLLING } = CALLBACK;

describe('creating a direct signature job', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  it('sends the request and the sealed package, and reads where each signer is sent', async () => {
    service.answer = (response) => response.end(writeDirectSignatureJobResponse(CALLBACK));
    const job = newDirectJob({ bytes: 100_000 });

    assert.deepEqual(await service.api.direct.createSignatureJob(job), CALLBACK);

    const request = service.requests.at(-1)!;
    assert.equal(
      `${request.method} ${request.url}`,
      `POST /api/${SENDER_ORGANIZATION}/direct/signature-jobs`,
    );
    assert.equal(request.headers.accept, 'application/xml');
    const [message, asice, ...others] = await partsOf(request);
    assert.deepEqual(others, []);
    assert.deepEqual(readDirectSignatureJobRequest(message!.content), job.request);
    const documentPackage = await readDocumentPackage(asice!.content);
    assert.deepEqual(readDirectSignatureJobManifest(documentPackage.manifest), job.manifest);
    assert.ok(Buffer.from(job.documents[0]!.content).equals(documentPackage.documents[0]!.content));
  });

  it('asks for polling in a separate queue, and gets no status URL then', async () => {
    service.answer = (response) => response.end(writeDirectSignatureJobResponse(POLLING));
    const polling = { statusRetrievalMethod: 'POLLING', pollingQueue: 'signering-workflows' } as const;
    const job = newDirectJob({ request: polling });
    assert.deepEqual(await service.api.direct.createSignatureJob(job), POLLING);
    const [message] = await partsOf(service.requests.at(-1)!);
    assert.deepEqual(readDirectSignatureJobRequest(message!.content), { ...job.request, ...polling });
  });

  it('leaves the outcome unknown when the answer cannot be read, and not when the service refuses', async () => {
    for (const answer of ['', 'a page of a proxy', writeDirectSignatureJobResponse(CALLBACK).slice(0, 300)]) {
      service.answer = (response) => response.end(answer);
      await assert.rejects(service.api.direct.createSignatureJob(newDirectJob()), {
        code: 'CREATE_OUTCOME_UNKNOWN',
        retryable: false,
      });
    }
    const refusal = writeServiceError({
      errorCode: 'ASICE_VALIDATION_FAILED',
      errorMessage: 'No.',
      errorType: 'CLIENT',
    });
    service.answer = (response) => response.writeHead(400).end(refusal);
    await assert.rejects(service.api.direct.createSignatureJob(newDirectJob()), {
      code: 'DOCUMENT_PACKAGE_REFUSED',
    });
  });

  it('sends nothing when a message breaks the schema, or the sender is none', async () => {
    const before = service.requests.length;
    const create = (job: Parameters<typeof newDirectJob>[0]) =>
      service.api.direct.createSignatureJob(newDirectJob(job));
    await assert.rejects(create({ manifest: { title: 'x'.repeat(81) } }), { code: 'INVALID_MESSAGE' });
    await assert.rejects(create({ request: { reference: 'x'.repeat(51) } }), { code: 'INVALID_MESSAGE' });
    await assert.rejects(create({ manifest: { sender: { organizationNumber: '12' } } }), {
      code: 'INVALID_REQUEST',
    });
    assert.equal(service.requests.length, before);
  });

  it('goes before calls of background work', async () => {
    // Time for two calls, and no more: the one that is not the job is turned away. The job is sealed long before its turn.
    const slow = await startTestService({ api: { rateLimit: { callsPerSecond: 0.2, maxWaitMs: 8000 } } });
    try {
      slow.answer = (response, { url }) =>
        response.end(url.endsWith('/signature-jobs') ? writeDirectSignatureJobResponse(CALLBACK) : '');
      const confirm = () => slow.api.direct.confirmStatusChange(`${slow.root}/complete` as ConfirmationUrl);
      const create = () => slow.api.direct.createSignatureJob(newDirectJob());
      const [first, second, job] = await Promise.allSettled([confirm(), confirm(), create()]);
      assert.deepEqual([first.status, second.status, job.status], ['fulfilled', 'rejected', 'fulfilled']);
    } finally {
      await slow.stop();
    }
  });
});
