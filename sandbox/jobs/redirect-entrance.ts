import { randomBytes } from 'node:crypto';
import type { JobSigner, RedirectEntrance, SandboxJob } from './job.js';

/** An unused redirect URL. */
export function newEntrance(): RedirectEntrance {
  return { token: secret() };
}

/** The signer whose redirect URL holds a token. */
export function signerWithEntrance(
  jobs: readonly SandboxJob[],
  token: string,
): { readonly job: SandboxJob; readonly signer: JobSigner } | undefined {
  for (const job of jobs) {
    const signer = job.signers.find(({ entrance }) => entrance?.token === token);
    if (signer !== undefined) return { job, signer };
  }
  return undefined;
}

/**
 * Admits the first browser that visits a redirect URL, and afterwards only the same one.
 * @param visitor the browser's cookie, if it has one
 * @returns the changed job and the cookie; undefined for any other browser
 */
export function enter(
  job: SandboxJob,
  { token, visitor }: { readonly token: string; readonly visitor: string | undefined },
): { readonly job: SandboxJob; readonly visitor: string } | undefined {
  const signer = job.signers.find(({ entrance }) => entrance?.token === token);
  if (signer === undefined) return undefined;
  const known = signer.entrance?.visitor;
  if (known !== undefined) return known === visitor ? { job, visitor: known } : undefined;
  const first = secret();
  const entered = { ...signer, entrance: { token, visitor: first } };
  return {
    job: { ...job, signers: job.signers.map((one) => (one === signer ? entered : one)) },
    visitor: first,
  };
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
