import { actAsSigner } from '../../ceremony/act-as-signer.js';
import { CeremonyRefusal } from '../../ceremony/ceremony-refusal.js';
import { exitUrlOf } from '../../ceremony/exit-url.js';
import type { JobSigner, SandboxJob } from '../../jobs/job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { authorize } from '../authorize.js';
import { notFound, ServiceRefusal } from '../service-refusal.js';

/**
 * Signs for a signer without a ceremony, for tests of existing clients. Returns the exit URL of a direct job as text.
 * The path contains no sender; the job has it.
 */
export async function signInDevelopment(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const job = request.jobId === undefined ? undefined : parts.jobs.find(request.jobId);
  if (job === undefined || job.flow !== request.flow) throw notFound();
  authorize(request.certificateOrganization, job.organizationNumber);
  const { number } = signerNamed(job, request.query.get('signer'));
  try {
    const signed = await actAsSigner(parts, { jobId: job.id, signer: number, act: 'sign' });
    const signer = signed.signers.find((one) => one.number === number);
    const exitUrl = signer === undefined ? undefined : exitUrlOf(signed, signer);
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: Buffer.from(exitUrl ?? ''),
    };
  } catch (error) {
    if (!(error instanceof CeremonyRefusal)) throw error;
    throw new ServiceRefusal('SIGNER_CANNOT_SIGN', error.message);
  }
}

/** Finds a signer by identity number or the sender's identifier; optional for a job with one signer. */
function signerNamed({ signers }: SandboxJob, name: string | null): JobSigner {
  const [only] = signers;
  if (name === null && only !== undefined && signers.length === 1) return only;
  const signer = signers.find(({ asked, identifier }) => {
    const own = 'signerIdentifier' in identifier ? identifier.signerIdentifier : undefined;
    return name !== null && (asked.personalIdentificationNumber ?? own) === name;
  });
  if (signer === undefined) throw notFound();
  return signer;
}
