import type { JsonEncryption } from '@signering/encryption';
import type { LedgerClaim, LedgerEntry } from '@signering/storage';
import type { CreatedJob, JobToCreate } from './job-to-create.js';

/** A created job in the ledger. Redirect URLs are encrypted, because they let any browser in. */
export type RecordedJob = NonNullable<LedgerEntry['created']>;

/** The claim of a job's reference, also for jobs started by systems in other languages. */
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
    documents: documents.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
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

/** A recorded job as its workflow uses it. @throws KEY_MISMATCH */
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
