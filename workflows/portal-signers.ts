import type { SignerProgress } from '../contract/index.js';
import {
  identityOfStatusChange,
  maskNationalIdentityNumber,
  type PortalSignature,
  type PortalSigner,
  type PortalSignerIdentifier,
  type PortalStatusChange,
} from '../schema/index.js';
import { numberSignatures, type JobChange } from './job-change.js';

/** Every signer before anybody has acted. */
export function portalSignersAtStart(signers: readonly PortalSigner[]): readonly SignerProgress[] {
  return signers.map((signer, index) => ({
    signer: index + 1,
    maskedIdentifier: maskedIdentifierOf(signer),
    order: signer.order ?? 0,
    status: 'WAITING',
  }));
}

/** A change from the portal flow's queue, its signatures numbered as the signers were asked. */
export function portalJobChange(signers: readonly PortalSigner[], change: PortalStatusChange): JobChange {
  const { signatureJobId, status, confirmationUrl, cancellationUrl, padesUrl, signatures } = change;
  const asked = signers.map((signer) => signatureOf(signer, signatures));
  return {
    signatureJobId,
    status,
    confirmationUrl,
    ...(cancellationUrl !== undefined && { cancellationUrl }),
    ...(padesUrl !== undefined && { padesUrl }),
    ...numberSignatures({ signatures, asked }),
    identity: identityOfStatusChange(change),
  };
}

function signatureOf(
  signer: PortalSigner,
  signatures: readonly PortalSignature[],
): PortalSignature | undefined {
  const key = identifierKeyOf(signer);
  return signatures.find(({ identifier }) => keyOf(identifier) === key);
}

function maskedIdentifierOf({ personalIdentificationNumber, notifications }: PortalSigner): string {
  if (personalIdentificationNumber !== undefined) {
    return maskNationalIdentityNumber(personalIdentificationNumber);
  }
  const { emailAddress, mobileNumber } = notifications ?? {};
  if (emailAddress !== undefined) return emailAddress.replace(/^(.).*(@.*)$/u, '$1***$2');
  return `***${(mobileNumber ?? '').slice(-3)}`;
}

function identifierKeyOf({ personalIdentificationNumber, notifications }: PortalSigner): string {
  return keyOf(
    personalIdentificationNumber === undefined ? (notifications ?? {}) : { personalIdentificationNumber },
  );
}

function keyOf(identifier: PortalSignerIdentifier): string {
  return 'personalIdentificationNumber' in identifier
    ? identifier.personalIdentificationNumber
    : JSON.stringify([identifier.emailAddress?.toLowerCase() ?? '', identifier.mobileNumber ?? '']);
}
