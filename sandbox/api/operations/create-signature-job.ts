import type { SignatureJobId } from '../../../schema/index.js';
import { readPortalSignatureJobRequest, writePortalSignatureJobResponse } from '../../../schema/xml/index.js';
import { catchUp, endIfUnreachable } from '../../jobs/catch-up.js';
import { describeContent } from '../../jobs/job-store.js';
import { newJob } from '../../jobs/new-job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { openPackage, readValidMessage } from '../open-package.js';
import { readCreateRequestParts } from '../read-multipart.js';

/**
 * Creates a job. When the contact register does not let the sender write to a signer the job has failed at once: the
 * answer is still a job, and the status tells.
 */
export async function createSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const sent = await readCreateRequestParts(request.headers['content-type'], request.body);
  const message = readValidMessage(sent.request, readPortalSignatureJobRequest);
  const { manifest, manifestXml, documents } = await openPackage(parts, request, sent.documentPackage);

  const now = parts.clock.now();
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  const job = await parts.jobs.create({
    contents: [manifestXml, ...documents.map(({ content }) => content)],
    build: (id) => {
      const ordered = newJob({
        id,
        organizationNumber: request.organizationNumber,
        request: message,
        manifest,
        manifestContent: describeContent(manifestXml),
        documents: documents.map(({ content, name, mediaType, title }) => ({
          ...describeContent(content),
          name,
          mediaType,
          title,
        })),
        now,
      });
      const checked = endIfUnreachable(ordered, ordered.signers, { at: now, surroundings });
      return catchUp(checked, now, surroundings);
    },
  });
  const answer = writePortalSignatureJobResponse({
    ...(job.reference === undefined ? {} : { reference: job.reference }),
    signatureJobId: job.id as SignatureJobId,
    cancellationUrl: urlsOf(job, parts.urls.apiUrl).cancellation,
  });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(answer),
    jobId: job.id,
  };
}
