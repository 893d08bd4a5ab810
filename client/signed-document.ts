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
  if (file === undefined)
    throw missing(reference, name, `it came to ${receipt?.outcome ?? 'an end'} without one`);
  await storage.archive.verifyFile(job, file);
  const content = await storage.archive.read(job, name);
  if (content === undefined) throw missing(reference, name, 'it was removed');
  return content;
}

function missing(reference: string, name: string, why: string): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Looked for ${name} of reference "${reference}" in the archive and found none: ${why}.`,
    { reference },
  );
}
