import type { JobDescription, SigningClient } from '@signering/client';
import { SigningError } from '@signering/schema';
import { followJob } from '../terminal/follow-job.js';
import { commandView } from '../terminal/live-view.js';

/** How the wait ended. */
export interface FollowedJob {
  readonly job: JobDescription;
  /** Why the signing process failed. */
  readonly failure?: SigningError;
}

/** Waits until a job ends, fails, or waits for an operator because of a broken document. */
export async function followToEvidence(client: SigningClient, reference: string): Promise<FollowedJob> {
  const broken = new AbortController();
  const onLook = ({ state }: JobDescription): void => {
    if (state === 'ARCHIVE_BROKEN') broken.abort();
  };
  let failure: SigningError | undefined;
  try {
    await followJob({ client, reference, view: commandView(), onLook, signal: broken.signal });
  } catch (error) {
    const isProcessFailure = error instanceof SigningError && error.name === 'SigningFailedError';
    if (!broken.signal.aborted && !isProcessFailure) throw error;
    if (isProcessFailure) failure = error;
  }
  return { job: await client.getJob(reference), ...(failure && { failure }) };
}
