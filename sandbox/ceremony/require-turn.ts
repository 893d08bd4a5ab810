import { currentGroup, mayStillSign } from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { CeremonyRefusal } from './ceremony-refusal.js';

/**
 * The signer with a number, if the signer can act now.
 * @throws CeremonyRefusal if the signer cannot act yet or any more
 */
export function requireTurn(job: SandboxJob, number: number, now: Date): JobSigner {
  const signer = job.signers.find((candidate) => candidate.number === number);
  if (signer === undefined) {
    throw new CeremonyRefusal(
      `Job ${job.id} has ${job.signers.length} signer(s); signer ${number} does not exist.`,
    );
  }
  if (job.endedAt !== undefined) {
    throw new CeremonyRefusal(`Job ${job.id} has ended; signer ${number} is ${signer.status}.`);
  }
  if (!mayStillSign(signer)) {
    throw new CeremonyRefusal(`Signer ${number} of job ${job.id} is already ${signer.status}.`);
  }
  const group = currentGroup(job);
  if (group?.order !== signer.order) {
    throw new CeremonyRefusal(`Signer ${number} cannot sign yet: signers of a lower order sign first.`);
  }
  if (group.availableAt === undefined || now < new Date(group.availableAt)) {
    throw new CeremonyRefusal(
      `Job ${job.id} is not available before ${group.availableAt ?? 'its activation'}.`,
    );
  }
  return signer;
}

/** True when the signer can act now. */
export function isTurn(job: SandboxJob, signer: JobSigner, now: Date): boolean {
  const group = currentGroup(job);
  return (
    mayStillSign(signer) &&
    group?.order === signer.order &&
    group.availableAt !== undefined &&
    now >= new Date(group.availableAt)
  );
}
