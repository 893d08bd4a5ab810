import type { PortalSigner, SignatureJobId } from '@signering/schema';
import {
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  writePortalSignatureJobResponse,
} from '@signering/schema/xml';
import { catchUp, endIfUnreachable } from '../../jobs/catch-up.js';
import type { OrderedSigner } from '../../jobs/new-job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import { readTime } from '../../time-format.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { createJob } from '../create-job.js';
import { brokenPortalRules } from '../portal-sender-rules.js';

/**
 * Creates a job of the portal flow. If the contact register does not permit messages to a signer, the job fails
 * immediately: the response is still a job, and its status has the reason.
 */
export async function createPortalSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  return await createJob(parts, request, {
    flow: 'PORTAL',
    readRequest: readPortalSignatureJobRequest,
    readManifest: readPortalSignatureJobManifest,
    brokenRules: brokenPortalRules,
    termsOf: (
      { reference, pollingQueue },
      { signers, availability: { activationTime, availableSeconds } = {} },
    ) => ({
      reference,
      pollingQueue,
      signers: signers.map(orderedSigner),
      activation: activationTime === undefined ? undefined : readTime(activationTime),
      availableSeconds,
    }),
    begin: (job, now) =>
      catchUp(endIfUnreachable(job, job.signers, { at: now, surroundings }), now, surroundings),
    writeAnswer: (job) =>
      writePortalSignatureJobResponse({
        ...(job.reference === undefined ? {} : { reference: job.reference }),
        signatureJobId: job.id as SignatureJobId,
        cancellationUrl: urlsOf(job, parts.urls.apiUrl).cancellation,
      }),
  });
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
