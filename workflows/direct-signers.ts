import type { ChosenSigner, SignerProgress } from '@signering/contract';
import {
  findDirectSignature,
  identityOfDirectStatus,
  isSameDirectSigner,
  maskDirectSigner,
  nameOfDirectSigner,
  type DirectSignatureJobStatus,
  type DirectSigner,
} from '@signering/schema';
import { numberSignatures, type JobChange } from './job-change.js';

/** Every signer, WAITING. */
export function directSignersAtStart(signers: readonly DirectSigner[]): readonly SignerProgress[] {
  return signers.map(({ identifier }, index) => ({
    signer: index + 1,
    maskedIdentifier: maskDirectSigner(nameOfDirectSigner(identifier)),
    order: 0,
    status: 'WAITING',
  }));
}

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

/** The number of the chosen signer; undefined for a signer who is not in the request. */
export function numberOfDirectSigner(
  signers: readonly DirectSigner[],
  chosen: ChosenSigner,
): number | undefined {
  if ('signer' in chosen) return signers[chosen.signer - 1] === undefined ? undefined : chosen.signer;
  const index = signers.findIndex(({ identifier }) =>
    'personalIdentificationNumber' in chosen
      ? 'personalIdentificationNumber' in identifier &&
        identifier.personalIdentificationNumber === chosen.personalIdentificationNumber
      : 'signerIdentifier' in identifier &&
        isSameDirectSigner(identifier.signerIdentifier, chosen.signerIdentifier),
  );
  return index === -1 ? undefined : index + 1;
}
