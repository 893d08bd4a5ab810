import type { FollowStatusQueueInput, WriteReceiptInput } from '@signering/activities';
import type { DirectJobContent, DocumentToSign, JobIdentity, PortalJobContent } from '@signering/contract';
import type { SigningProgress } from './signing-progress.js';

/** The polling queue in which a job's status changes arrive. */
export type FollowedQueue = Omit<FollowStatusQueueInput, 'followUntil'>;

type SignatureDemands = Pick<
  NonNullable<WriteReceiptInput['described']>,
  'signers' | 'requiredAuthentication'
>;

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
  /** What the request demands of signatures, for the archive. */
  readonly demands: SignatureDemands;
  /** Identity numbers by the signer's number, from 1, for the signers whom the request names so. */
  readonly identityNumbers: ReadonlyMap<number, string>;
  readonly progress: SigningProgress;
}

/** The signature type of each signer and the security level, as far as the request has them. */
export function demandsOf({
  signers,
  requiredAuthentication,
}: Pick<PortalJobContent | DirectJobContent, 'signers' | 'requiredAuthentication'>): SignatureDemands {
  return {
    signers: signers.map(({ signatureType }, index) => ({
      signer: index + 1,
      ...(signatureType !== undefined && { signatureType }),
    })),
    ...(requiredAuthentication !== undefined && { requiredAuthentication }),
  };
}
