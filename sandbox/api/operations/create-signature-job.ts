import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { createDirectSignatureJob } from './create-direct-signature-job.js';
import { createPortalSignatureJob } from './create-portal-signature-job.js';

/** Creates a job of the flow that the path names. */
export async function createSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  return request.flow === 'DIRECT'
    ? await createDirectSignatureJob(parts, request)
    : await createPortalSignatureJob(parts, request);
}
