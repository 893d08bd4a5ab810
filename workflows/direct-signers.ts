import {
  findDirectSignature,
  identityOfDirectStatus,
  type DirectSignatureJobStatus,
  type DirectSigner,
} from '@signering/schema';
import { numberSignatures, type JobChange } from './job-change.js';

/** Identity numbers by the signer's number, for the signers whom the request names so. */
export function directIdentityNumbers(signers: readonly DirectSigner[]): ReadonlyMap<number, string> {
  return new Map(
    signers.flatMap(({ identifier }, index) =>
      'personalIdentificationNumber' in identifier
        ? [[index + 1, identifier.personalIdentificationNumber] as const]
        : [],
    ),
  );
}

/** A direct job's status, its signatures numbered as in the request. */
export function directJobChange(
  signers: readonly DirectSigner[],
  jobStatus: DirectSignatureJobStatus,
): JobChange {
  const { signatureJobId, status, confirmationUrl, padesUrl, deleteDocumentsUrl, signatures } = jobStatus;
  const requested = signers.map(({ identifier }) => findDirectSignature(jobStatus, identifier));
  return {
    signatureJobId,
    status,
    ...(confirmationUrl !== undefined && { confirmationUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
    ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
    ...numberSignatures({ signatures, requested }),
    identity: identityOfDirectStatus(jobStatus),
  };
}
