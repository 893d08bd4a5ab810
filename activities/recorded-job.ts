import type { JsonEncryption } from '@signering/encryption';
import type { LedgerClaim, LedgerEntry } from '@signering/storage';
import type { CreatedJob, JobToCreate } from './job-to-create.js';

/** What the ledger keeps of a job that was created: redirect URLs let a browser in, so they are encrypted. */
export type RecordedJob = NonNullable<LedgerEntry['created']>;

/** What a reference is claimed with for a job, also for one that a system in another language started. */
export async function claimOf(job: JobToCreate, encryption: JsonEncryption): Promise<LedgerClaim> {
  const { flow, ...input } = job;
  const { organizationNumber, reference, contentDigest } = input;
  const { pollingQueue, documents } = job.job;
  return {
    organizationNumber,
    reference,
    flow,
    ...(pollingQueue !== undefined && { pollingQueue }),
    contentDigest,
    input: await encryption.encrypt({ version: 1, ...input }),
    documents: documents.map(({ sha256, size }) => ({ sha256, size })),
  };
}

/** A created job as the ledger keeps it. */
export async function recordOf(
  { signers, ...facts }: CreatedJob,
  encryption: JsonEncryption,
): Promise<RecordedJob> {
  if (signers === undefined) return facts;
  return {
    ...facts,
    signers: signers.map(({ signer, signerUrl }) => ({ signer, signerUrl })),
    redirectUrls: await encryption.encrypt(signers.map(({ redirectUrl }) => redirectUrl)),
  };
}

/** A recorded job as its workflow gets it. @throws KEY_MISMATCH */
export async function createdJobOf(
  { signers, redirectUrls, ...facts }: RecordedJob,
  encryption: JsonEncryption,
): Promise<CreatedJob> {
  if (signers === undefined || redirectUrls === undefined) return facts;
  const urls = (await encryption.decrypt(redirectUrls)) as readonly string[];
  return {
    ...facts,
    signers: signers.map((signer, index) => ({ ...signer, redirectUrl: urls[index] ?? '' })),
  };
}
