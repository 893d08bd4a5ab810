import { z } from 'zod';
import type { SandboxAdmin } from '@signering/dev-stack/internal/processes/index.js';
import { waitFor } from '../fixtures/index.js';

/** Longer than the ten minutes after which the service hands out an unconfirmed change again, in seconds. */
export const RE_DELIVERY_SECONDS = 11 * 60;

const Content = z.looseObject({ sha256: z.string() });
const Call = z.looseObject({
  operation: z.string().optional(),
  receivedAt: z.string(),
  held: z.string().optional(),
  answer: z.looseObject({ status: z.number(), changeVersion: z.number().optional() }).optional(),
});
const Job = z.looseObject({
  signatureJobId: z.string(),
  reference: z.string().optional(),
  status: z.string(),
  pades: Content.optional(),
  signers: z.array(z.looseObject({ signer: z.number(), status: z.string(), xades: Content.optional() })),
  latestVersion: z.number(),
  confirmedVersion: z.number(),
  ledger: z.array(Call),
});

/** What the sandbox knows of a job, independent of what we believe. */
export type JobEvidence = z.infer<typeof Job>;

/** Every job that the sandbox has under a reference. */
export async function jobIdsOf(admin: SandboxAdmin, reference: string): Promise<readonly string[]> {
  const jobs = await admin.jobs();
  return jobs.filter((job) => job['reference'] === reference).map(({ signatureJobId }) => signatureJobId);
}

/** A job with the ledger of its calls. */
export async function evidenceOf(admin: SandboxAdmin, id: string): Promise<JobEvidence> {
  return Job.parse(await admin.call('GET', `/jobs/${id}`));
}

/** Waits until the newest state of a job, which must be final, is confirmed; answers when the confirmation came in. */
export async function finalConfirmationOf(admin: SandboxAdmin, id: string): Promise<Date> {
  return waitFor(
    async () => {
      const { status, latestVersion, confirmedVersion, ledger } = await evidenceOf(admin, id);
      if (status === 'IN_PROGRESS') return undefined;
      const confirmation = ledger.find(
        ({ operation, answer }) => operation === 'confirm' && answer?.changeVersion === latestVersion,
      );
      if (confirmation !== undefined) return new Date(confirmation.receivedAt);
      // A sandbox that was killed after it had kept the confirmation, and before its ledger, has only the repeated call.
      const repeated = ledger.findLast(({ operation }) => operation === 'confirm');
      return confirmedVersion === latestVersion && repeated !== undefined
        ? new Date(repeated.receivedAt)
        : undefined;
    },
    { what: `the final change of job ${id} is confirmed` },
  );
}
