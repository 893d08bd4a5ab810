import type { PortalSigner, SignatureJobId } from '../../../schema/index.js';
import {
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  writePortalSignatureJobResponse,
} from '../../../schema/xml/index.js';
import { catchUp, endIfUnreachable } from '../../jobs/catch-up.js';
import { describeContent } from '../../jobs/job-store.js';
import { newJob, type OrderedSigner } from '../../jobs/new-job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import { readTime } from '../../time-format.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { describeDocument, openPackage, readValidMessage } from '../open-package.js';
import { brokenPortalRules } from '../portal-sender-rules.js';
import { readCreateRequestParts } from '../read-multipart.js';

/**
 * Creates a job of the portal flow. When the contact register does not let the sender write to a signer the job has failed at once: the
 * answer is still a job, and the status tells.
 */
export async function createPortalSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const sent = await readCreateRequestParts(request.headers['content-type'], request.body);
  const message = readValidMessage(sent.request, readPortalSignatureJobRequest);
  const { manifest, manifestXml, documents } = await openPackage(parts, request, {
    bytes: sent.documentPackage,
    readManifest: readPortalSignatureJobManifest,
    brokenRules: brokenPortalRules,
  });

  const now = parts.clock.now();
  const { activationTime, availableSeconds } = manifest.availability ?? {};
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  const job = await parts.jobs.create({
    contents: [manifestXml, ...documents.map(({ content }) => content)],
    build: (id) => {
      const ordered = newJob({
        id,
        flow: 'portal',
        organizationNumber: request.organizationNumber,
        reference: message.reference,
        pollingQueue: message.pollingQueue,
        manifest,
        signers: manifest.signers.map(orderedSigner),
        activation: activationTime === undefined ? undefined : readTime(activationTime),
        availableSeconds,
        manifestContent: describeContent(manifestXml),
        documents: documents.map(describeDocument),
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

function orderedSigner(asked: PortalSigner): OrderedSigner {
  const { personalIdentificationNumber: number, notifications = {}, order = 0 } = asked;
  const hasCode = number === undefined;
  return {
    asked,
    order,
    hasCode,
    identifier: hasCode ? notifications : { personalIdentificationNumber: number },
  };
}
