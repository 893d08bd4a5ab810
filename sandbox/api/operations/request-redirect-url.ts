import { readDirectSignerUpdateRequest, writeDirectSignerResponse } from '@signering/schema/xml';
import { mayStillSign } from '../../jobs/job-status.js';
import { newEntrance } from '../../jobs/redirect-entrance.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { directIdentifierOf, redirectUrlOf } from '../describe-direct-status.js';
import { findOpenJob } from '../find-job.js';
import { readValidMessage } from '../open-package.js';
import { notFound, ServiceRefusal } from '../service-refusal.js';

/** Creates a new redirect URL for a signer and invalidates the old one. Some clients send no body. */
export async function requestRedirectUrl(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  if (request.body.length > 0) readValidMessage(request.body, readDirectSignerUpdateRequest);
  const { id } = await findOpenJob(parts, request);
  const number = Number(request.signerId);
  const job = await parts.jobs.update(id, (current) => {
    const signer = current.signers.find((one) => one.number === number);
    if (signer === undefined) throw notFound();
    if (current.endedAt !== undefined || !mayStillSign(signer)) {
      throw new ServiceRefusal(
        'SIGNER_NOT_WAITING',
        `Signer ${number} can no longer sign, or the job has ended.`,
      );
    }
    const renewed = { ...signer, entrance: newEntrance() };
    return { ...current, signers: current.signers.map((one) => (one === signer ? renewed : one)) };
  });
  const signer = job.signers.find((one) => one.number === number);
  if (signer === undefined) throw notFound();
  const answer = writeDirectSignerResponse({
    identifier: directIdentifierOf(signer),
    signerUrl: urlsOf(job, parts.urls.apiUrl).signer(signer),
    redirectUrl: redirectUrlOf(signer, parts.urls.pagesUrl),
  });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(answer) };
}
