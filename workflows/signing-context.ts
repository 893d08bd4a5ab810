import type { FollowStatusQueueInput } from '@signering/activities';
import type { DocumentToSign, JobIdentity } from '@signering/contract';
import type { SigningProgress } from './signing-progress.js';

/** The polling queue in which a job's status changes arrive. */
export type FollowedQueue = Omit<FollowStatusQueueInput, 'followUntil'>;

/** What every step of one signing works with. */
export interface SigningContext {
  readonly identity: JobIdentity;
  /** Absent for a direct job whose status is fetched with tokens. */
  readonly queue?: FollowedQueue;
  /** Of the job's content, as the reference is claimed with it. */
  readonly contentDigest: string;
  /** The documents of the request, in its order. */
  readonly sent: readonly DocumentToSign[];
  readonly title: string;
  /** Identity numbers by the signer's number, from 1, for the signers whom the request names so. */
  readonly identityNumbers: ReadonlyMap<number, string>;
  readonly progress: SigningProgress;
}
