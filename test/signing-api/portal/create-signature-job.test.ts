import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readDocumentPackage } from '@signering/document-package';
import type { CancellationUrl, SignatureJobId } from '@signering/schema';
import {
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  writePortalSignatureJobResponse,
} from '@signering/schema/xml';
import { partsOf } from '../multipart-parts.js';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { startTestService, type TestService } from '../test-service.js';

const RESPONSE = {
  reference: 'A-1',
  signatureJobId: '7' as SignatureJobId,
  cancellationUrl: 'https://localhost/cancel' as CancellationUrl,
};

describe('creating a signature job', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  it('sends the request and the sealed package as two nameless parts, and reads the answer', async () => {
    service.answer = (response) => response.end(writePortalSignatureJobResponse(RESPONSE));
    const job = newPortalJob({ bytes: 1_000_000 });

    assert.deepEqual(await service.api.portal.createSignatureJob(job), RESPONSE);

    const request = service.requests.at(-1)!;
    assert.equal(
      `${request.method} ${request.url}`,
      `POST /api/${SENDER_ORGANIZATION}/portal/signature-jobs`,
    );
    assert.equal(request.headers.accept, 'application/xml');
    const [message, asice, ...others] = await partsOf(request);
    assert.deepEqual(others, []);
    assert.deepEqual(message!.headers, [['content-type', ['application/xml']]]);
    assert.deepEqual(readPortalSignatureJobRequest(message!.content), job.request);
    assert.deepEqual(asice!.headers, [['content-type', ['application/octet-stream']]]);
    const documentPackage = await readDocumentPackage(asice!.content);
    assert.deepEqual(readPortalSignatureJobManifest(documentPackage.manifest), job.manifest);
    assert.ok(Buffer.from(job.documents[0]!.content).equals(documentPackage.documents[0]!.content));
    const { sender } = await testCertificates();
    assert.equal(documentPackage.signingCertificate.fingerprint256, sender.certificate.fingerprint256);
  });

  it('makes a new connection for each job, so that an old one cannot leave the outcome open', async () => {
    service.answer = (response) => response.end(writePortalSignatureJobResponse(RESPONSE));
    const ports = new Set<number | undefined>();
    service.intercept = ({ socket }) => {
      ports.add(socket.remotePort);
      return false;
    };
    for (let jobs = 0; jobs < 3; jobs += 1) await service.api.portal.createSignatureJob(newPortalJob());
    service.intercept = undefined;
    assert.equal(ports.size, 3);
  });

  it('sends nothing when a message breaks the schema or a document cannot be packed', async () => {
    const before = service.requests.length;
    const job = newPortalJob({ manifest: { title: 'x'.repeat(81) } });
    await assert.rejects(service.api.portal.createSignatureJob(job), { code: 'INVALID_MESSAGE' });
    const unpackable = { ...newPortalJob(), documents: [] };
    await assert.rejects(service.api.portal.createSignatureJob(unpackable), {
      code: 'DOCUMENT_NOT_ACCEPTED',
    });
    const wrongSender = newPortalJob({ manifest: { sender: { organizationNumber: '12' } } });
    await assert.rejects(service.api.portal.createSignatureJob(wrongSender), { code: 'INVALID_REQUEST' });
    assert.equal(service.requests.length, before);
  });
});
