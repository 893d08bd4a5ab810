import type { SignerProgress } from '@signering/contract';
import {
  identifierOfPortalSigner,
  identityOfStatusChange,
  maskPortalSigner,
  type PortalSignature,
  type PortalSigner,
  type PortalSignerIdentifier,
  type PortalStatusChange,
} from '@signering/schema';
import { numberSignatures, type JobChange } from './job-change.js';

/** Identity numbers by the signer's number, for the signers whom the request names so. */
export function portalIdentityNumbers(signers: readonly PortalSigner[]): ReadonlyMap<number, string> {
  return new Map(
    signers.flatMap((signer, index) => {
      const identifier = identifierOfPortalSigner(signer);
      return 'personalIdentificationNumber' in identifier
        ? [[index + 1, identifier.personalIdentificationNumber] as const]
        : [];
    }),
  );
}

/** Every signer that a change names, WAITING: for a job whose request is unknown. */
export function portalSignersNamed({ signatures }: PortalStatusChange): readonly SignerProgress[] {
  return signatures.map(({ identifier }, index) => ({
    signer: index + 1,
    maskedIdentifier: maskPortalSigner(identifier),
    order: 0,
    status: 'WAITING',
  }));
}

/** A change from the portal flow's queue, its signatures numbered as in the request. */
export function portalJobChange(signers: readonly PortalSigner[], change: PortalStatusChange): JobChange {
  const { signatureJobId, status, confirmationUrl, cancellationUrl, signatures } = change;
  const { padesUrl, deleteDocumentsUrl } = change;
  const requested = signers.map((signer) => signatureOf(signer, signatures));
  return {
    signatureJobId,
    status,
    confirmationUrl,
    ...(cancellationUrl !== undefined && { cancellationUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
    ...(deleteDocumentsUrl !== undefined && { deleteDocumentsUrl }),
    ...numberSignatures({ signatures, requested }),
    identity: identityOfStatusChange(change),
    portalChange: change,
  };
}

function signatureOf(
  signer: PortalSigner,
  signatures: readonly PortalSignature[],
): PortalSignature | undefined {
  const key = keyOf(identifierOfPortalSigner(signer));
  return signatures.find(({ identifier }) => keyOf(identifier) === key);
}

function keyOf(identifier: PortalSignerIdentifier): string {
  return 'personalIdentificationNumber' in identifier
    ? identifier.personalIdentificationNumber
    : JSON.stringify([identifier.emailAddress?.toLowerCase() ?? '', identifier.mobileNumber ?? '']);
}
