import { catchUp } from '../jobs/catch-up.js';
import { endBySigners } from '../jobs/job-life.js';
import type { SandboxParts } from '../sandbox-parts.js';

/** The number of wrong codes that blocks a signer; the service's number is not documented. */
const MAX_WRONG_CODES = 5;

/** The result of a code; WRONG has the number of remaining attempts. */
export type CodeVerdict =
  | { readonly kind: 'RIGHT' }
  | { readonly kind: 'WRONG'; readonly left: number }
  | { readonly kind: 'BLOCKED' };

/**
 * Compares a code with the signer's code. The count of wrong codes is kept on disk; too many of them block the signer,
 * which ends the job.
 */
export async function enterSecurityCode(
  parts: SandboxParts,
  entry: { readonly jobId: string; readonly signer: number; readonly code: string },
): Promise<CodeVerdict> {
  let verdict: CodeVerdict = { kind: 'BLOCKED' };
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  await parts.jobs.update(entry.jobId, (job) => {
    const now = parts.clock.now();
    const current = catchUp(job, now, surroundings);
    const signer = current.signers.find(({ number }) => number === entry.signer);
    const wrongBefore = signer?.wrongCodes ?? 0;
    if (signer?.securityCode === undefined || wrongBefore >= MAX_WRONG_CODES) return current;
    if (entry.code.replaceAll(/\s/gu, '') === signer.securityCode) {
      verdict = { kind: 'RIGHT' };
      return current;
    }
    const wrongCodes = wrongBefore + 1;
    if (wrongCodes < MAX_WRONG_CODES) verdict = { kind: 'WRONG', left: MAX_WRONG_CODES - wrongCodes };
    const counted = {
      ...current,
      signers: current.signers.map((one) => (one === signer ? { ...one, wrongCodes } : one)),
    };
    const isBlocked = wrongCodes === MAX_WRONG_CODES && current.endedAt === undefined;
    return isBlocked && signer.status === 'WAITING'
      ? endBySigners(counted, new Map([[signer.number, 'BLOCKED']]), now)
      : counted;
  });
  return verdict;
}
