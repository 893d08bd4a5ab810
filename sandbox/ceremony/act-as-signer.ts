import { catchUp } from '../jobs/catch-up.js';
import { endBySigners } from '../jobs/job-life.js';
import { currentGroup } from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { CeremonyRefusal } from './ceremony-refusal.js';
import { signJob } from './sign-job.js';

/** What a signer can do; BLOCKED is what becomes of one who enters too many wrong codes. */
export const SIGNER_ACTS = ['sign', 'reject', 'block'] as const;
export type SignerAct = (typeof SIGNER_ACTS)[number];

/**
 * Lets a signer act, if it is its turn. When this resolves, the act and what follows from it are on disk.
 * @throws CeremonyRefusal when it is not the signer's turn (any more), or nobody could act this way
 */
export async function actAsSigner(
  parts: SandboxParts,
  act: { readonly jobId: string; readonly signer: number; readonly act: SignerAct },
): Promise<SandboxJob> {
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  // What is due comes first and counts, even when it leaves nothing to be done here.
  await parts.jobs.update(act.jobId, (job) => catchUp(job, parts.clock.now(), surroundings));
  return await parts.jobs.update(act.jobId, async (job) => {
    const now = parts.clock.now();
    const signer = requireTurn(job, act.signer, now);
    return catchUp(await changed(job, signer, now), now, surroundings);
  });

  async function changed(job: SandboxJob, signer: JobSigner, now: Date): Promise<SandboxJob> {
    switch (act.act) {
      case 'sign':
        return await signJob(parts, job, { signer, now });
      case 'reject':
        return endBySigners(job, new Map([[signer.number, 'REJECTED']]), now);
      case 'block':
        if (signer.securityCode === undefined) {
          throw new CeremonyRefusal(
            `Signer ${signer.number} logs in with an e-ID: only signers by contact information enter a code.`,
          );
        }
        return endBySigners(job, new Map([[signer.number, 'BLOCKED']]), now);
    }
  }
}

function requireTurn(job: SandboxJob, number: number, now: Date): JobSigner {
  const signer = job.signers.find((candidate) => candidate.number === number);
  if (signer === undefined) {
    throw new CeremonyRefusal(
      `Job ${job.id} has ${job.signers.length} signer(s); there is no signer ${number}.`,
    );
  }
  if (job.endedAt !== undefined) {
    throw new CeremonyRefusal(`Job ${job.id} has ended; signer ${number} is ${signer.status}.`);
  }
  if (signer.status !== 'WAITING') {
    throw new CeremonyRefusal(`Signer ${number} of job ${job.id} is ${signer.status} already.`);
  }
  const group = currentGroup(job);
  if (group?.order !== signer.order) {
    throw new CeremonyRefusal(`It is not the turn of signer ${number}: signers of a lower order come first.`);
  }
  if (group.availableFrom === undefined || now < new Date(group.availableFrom)) {
    throw new CeremonyRefusal(
      `Job ${job.id} is not available before ${group.availableFrom ?? 'its activation'}.`,
    );
  }
  return signer;
}
