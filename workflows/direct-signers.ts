import type { SignerProgress } from '@signering/contract';
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

/** Every signer before anybody has acted. */
export function directSignersAtStart(signers: readonly DirectSigner[]): readonly SignerProgress[] {
  return signers.map(({ identifier }, index) => ({
    signer: index + 1,
    maskedIdentifier: maskDirectSigner(nameOfDirectSigner(identifier)),
    order: 0,
    status: 'WAITING',
  }));
}

/** The signers' identity numbers by their numbers, as far as the request has them. */
export function directIdentityNumbers(signers: readonly DirectSigner[]): ReadonlyMap<number, string> {
  return new Map(
    signers.flatMap(({ identifier }, index) =>
      'personalIdentificationNumber' in identifier
        ? [[index + 1, identifier.personalIdentificationNumber] as const]
        : [],
    ),
  );
}

/** A direct job's status, its signatures numbered as the signers were asked. */
export function directJobChange(
  signers: readonly DirectSigner[],
  jobStatus: DirectSignatureJobStatus,
): JobChange {
  const { signatureJobId, status, confirmationUrl, padesUrl, deleteDocumentsUrl, signatures } = jobStatus;
  const asked = signers.map(({ identifier }) => findDirectSignature(jobStatus, identifier));
  return {
    signatureJobId,
    status,
    ...(confirmationUrl !== undefined && { confirmationUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
    ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
    ...numberSignatures({ signatures, asked }),
    identity: identityOfDirectStatus(jobStatus),
  };
}

/** The number of the signer whom the caller means, by number or by name; nothing for one who was not asked. */
export function numberOfDirectSigner(
  signers: readonly DirectSigner[],
  signer: number | string,
): number | undefined {
  if (typeof signer === 'number') return signers[signer - 1] === undefined ? undefined : signer;
  const index = signers.findIndex(({ identifier }) =>
    isSameDirectSigner(nameOfDirectSigner(identifier), signer),
  );
  return index === -1 ? undefined : index + 1;
}
