import { SigningError } from '@signering/schema';
import { settledJobOf } from '@signering/storage';
import { JobNotEndedError, JobNotFoundError } from './errors.js';
import type { KnownJobs } from './known-jobs.js';

/** As `SigningClient.signedDocument`. */
export async function readSignedDocument(
  jobs: KnownJobs,
  reference: string,
  name: string,
): Promise<Uint8Array> {
  const { storage } = jobs;
  const entry = await jobs.findEntry(reference);
  if (entry === undefined) throw new JobNotFoundError(reference);
  const job = settledJobOf(entry);
  if (job === undefined) throw new JobNotEndedError(reference);
  // Only what the receipt names: a name is never a path of the caller's own.
  const receipt = await storage.archive.readReceipt(job);
  const file = receipt?.received.find((received) => received.name === name);
  if (receipt === undefined) throw missing(reference, name, 'the receipt was removed');
  if (file === undefined) {
    const names = receipt.received.map((received) => received.name);
    throw new SigningError(
      'NO_SUCH_DOCUMENT',
      `The job of reference "${reference}" has ended with outcome ${receipt.outcome} and has no such document. ` +
        (names.length === 0 ? 'It has none.' : `Documents: ${names.join(', ')}.`),
      { reference },
    );
  }
  await storage.archive.verifyFile(job, file);
  const content = await storage.archive.read(job, name);
  if (content === undefined) throw missing(reference, name, 'it was removed');
  return content;
}

function missing(reference: string, name: string, why: string): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Cannot read ${name} of reference "${reference}": ${why} from the archive. Restore it from a backup.`,
    { reference },
  );
}
