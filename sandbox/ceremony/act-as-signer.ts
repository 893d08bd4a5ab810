import { catchUp } from '../jobs/catch-up.js';
import { endBySigners, recordFailure } from '../jobs/job-life.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import type { Person } from '../people.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { CeremonyRefusal, WrongPersonRefusal } from './ceremony-refusal.js';
import { needsNameLookup } from './needs-name-lookup.js';
import { withStatusToken } from './exit-url.js';
import { requireTurn } from './require-turn.js';
import { signJob } from './sign-job.js';

/**
 * An act of a signer, or a failure. `block`: too many wrong codes were entered; `lose-name`: the name for the signed
 * document cannot be looked up; `fail`: the ceremony fails, direct flow only.
 */
export const SIGNER_ACTS = ['sign', 'reject', 'block', 'lose-name', 'fail'] as const;
export type SignerAct = (typeof SIGNER_ACTS)[number];

/**
 * Lets a signer act, if it is its turn. When this resolves, the act and what follows from it are on disk.
 * @throws CeremonyRefusal when it is not the signer's turn, or this act is impossible
 */
export async function actAsSigner(
  parts: SandboxParts,
  act: {
    readonly jobId: string;
    readonly signer: number;
    readonly act: SignerAct;
    /** The person who signs. @default the person of the signer's identifier */
    readonly as?: Person;
  },
): Promise<SandboxJob> {
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  // Due events are applied first and stored, even if the act is then impossible.
  await parts.jobs.update(act.jobId, (job) => catchUp(job, parts.clock.now(), surroundings));
  return await parts.jobs.update(act.jobId, async (job) => {
    const now = parts.clock.now();
    const signer = requireTurn(job, act.signer, now);
    return catchUp(withStatusToken(await changed(job, signer, now), act.signer), now, surroundings);
  });

  async function changed(job: SandboxJob, signer: JobSigner, now: Date): Promise<SandboxJob> {
    switch (act.act) {
      case 'sign':
        return await signAs(job, signer, now);
      case 'reject':
        return endBySigners(job, new Map([[signer.number, 'REJECTED']]), now);
      case 'block':
        if (signer.securityCode === undefined) {
          throw new CeremonyRefusal(
            `Signer ${signer.number} logs in with an e-ID: only signers by contact information enter a code.`,
          );
        }
        return endBySigners(job, new Map([[signer.number, 'BLOCKED']]), now);
      case 'lose-name':
        if (!needsNameLookup(job, signer)) {
          throw new CeremonyRefusal(
            `The name of signer ${signer.number} comes with the e-ID: it is looked up for authenticated signatures only.`,
          );
        }
        return endBySigners(job, new Map([[signer.number, 'SIGNERS_NAME_NOT_AVAILABLE']]), now);
      case 'fail':
        if (job.direct === undefined) {
          throw new CeremonyRefusal(
            'The portal flow has no status for a failed ceremony: the signer tries again.',
          );
        }
        return recordFailure(job, signer.number, now);
    }
  }

  async function signAs(job: SandboxJob, signer: JobSigner, now: Date): Promise<SandboxJob> {
    const { as } = act;
    if (as === undefined) return await signJob(parts, job, { signer, now });
    const number = signer.asked.personalIdentificationNumber;
    if (number !== undefined) {
      if (number !== as.personalIdentificationNumber) throw new WrongPersonRefusal(signer.number);
      return await signJob(parts, job, { signer, now });
    }
    const known = { ...signer, name: as.name, signedAs: as };
    const signers = job.signers.map((one) => (one === signer ? known : one));
    return await signJob(parts, { ...job, signers }, { signer: known, now });
  }
}
