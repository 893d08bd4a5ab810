import { sealDocumentPackage } from '../document-package/index.js';
import type { PortalSignatureJobResponse } from '../schema/index.js';
import { writePortalSignatureJobManifest, writePortalSignatureJobRequest } from '../schema/xml/index.js';
import type { EnterpriseCertificate } from '../signatures/index.js';
import type { ApiAnswer, HttpExchange } from './http-exchange.js';
import { createMultipartBody } from './multipart-body.js';
import type { NewPortalJob } from './portal-client.js';

/** What it takes to create a job. */
export interface CreateSignatureJobOptions {
  readonly job: NewPortalJob;
  readonly exchange: HttpExchange;
  readonly certificate: EnterpriseCertificate;
  readonly url: URL;
  readonly readAnswer: (answer: ApiAnswer) => Promise<PortalSignatureJobResponse>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes and validates both messages, and when the call has its turn seals the package and sends it as a stream.
 * @throws INVALID_MESSAGE, DOCUMENT_NOT_ACCEPTED before anything is sent; CREATE_OUTCOME_UNKNOWN when there may be a
 *   job; every other error means that there is none
 */
export async function createSignatureJob(
  options: CreateSignatureJobOptions,
): Promise<PortalSignatureJobResponse> {
  const { job, exchange, certificate, url, readAnswer, signal } = options;
  const request = writePortalSignatureJobRequest(job.request);
  const manifest = writePortalSignatureJobManifest(job.manifest);
  const answer = await exchange.send({
    operation: 'create',
    method: 'POST',
    url,
    signal,
    // In this order: the service compares the package's signing time with the time it arrives.
    body: async () =>
      createMultipartBody(
        request,
        await sealDocumentPackage({ manifest, documents: job.documents, certificate }),
      ),
  });
  return readAnswer(answer);
}
