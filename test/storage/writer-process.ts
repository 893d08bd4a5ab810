// Writes jobs to the storage until it is killed: `node writer-process.js {number of the first job} {location} {endpoint}`,
// the endpoint of an S3 server, if the location is in S3. Prints each job's number once everything of it is written.
import { Readable } from 'node:stream';
import { LedgerConflictError, openStorage, type LedgerProgress } from '@signering/storage';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { contentOf, jobOf, ORGANIZATION } from './written-jobs.js';

const [first = '0', location = '', endpoint] = process.argv.slice(2);
const { documents, ledger, archive } = await openStorage({ location, s3: { endpoint } });

/** Takes a step unless it is taken, as activities do; on a conflict it reads the entry again. */
async function step(number: number, progress: Partial<LedgerProgress>): Promise<void> {
  const [name] = Object.keys(progress);
  for (;;) {
    const entry = await ledger.find({ organizationNumber: ORGANIZATION, reference: jobOf(number).reference });
    if (entry === undefined) throw new Error('The entry that was just claimed is gone.');
    if (name !== undefined && name in entry) return;
    try {
      await ledger.advance(entry, progress);
      return;
    } catch (error) {
      if (!(error instanceof LedgerConflictError)) throw error;
    }
  }
}

for (let number = Number(first); ; number += 1) {
  const content = contentOf(number);
  const { sha256 } = await documents.put(content, { name: 'a.pdf', mediaType: 'application/pdf' });
  const job = jobOf(number);
  await ledger.claim({
    organizationNumber: ORGANIZATION,
    reference: job.reference,
    flow: 'PORTAL',
    pollingQueue: 'q',
    contentDigest: sha256,
    ...CLAIMED_INPUT,
  });
  const { signatureJobId, createdAt } = job;
  await step(number, { created: { signatureJobId, createdAt } });
  await archive.put({
    job,
    name: 'signed.pdf',
    content: Readable.from([content.subarray(0, 1000), content.subarray(1000)]),
    verify: () => Promise.resolve(),
  });
  await step(number, {
    settled: { outcome: 'SIGNED', folder: archive.folderOf(job), settledAt: createdAt },
  });
  await step(number, { confirmedAt: createdAt });
  process.stdout.write(`${number}\n`);
}
