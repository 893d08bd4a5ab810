import type { PortalSigningInput, SignerProgress, SigningOutcome } from '../contract/index.js';
import {
  maskNationalIdentityNumber,
  type PortalSignature,
  type PortalSigner,
  type PortalSignerIdentifier,
  type PortalStatusChange,
} from '../schema/index.js';

type Signers = PortalSigningInput['job']['signers'];

/** Every signer before anybody has acted. */
export function signersAtStart(signers: Signers): readonly SignerProgress[] {
  return signers.map((signer, index) => ({
    signer: index + 1,
    maskedIdentifier: maskedIdentifierOf(signer),
    order: signer.order ?? 0,
    status: 'WAITING',
  }));
}

/** Every signer as a status change tells of them; who it does not name stays as before. */
export function signersAfter(
  before: readonly SignerProgress[],
  signers: Signers,
  change: PortalStatusChange,
): readonly SignerProgress[] {
  return before.map((progress, index) => {
    const signature = signatureOf(signers[index], change);
    if (signature === undefined) return progress;
    const { status, since } = signature;
    const { statusText: _, ...rest } = progress;
    return status.kind === 'UNKNOWN'
      ? { ...rest, since, status: 'UNKNOWN', statusText: status.text }
      : { ...rest, since, status: status.kind };
  });
}

/** What the change says of one signer of the request. The service names signers in an order of its own. */
export function signatureOf(
  signer: PortalSigner | undefined,
  change: PortalStatusChange,
): PortalSignature | undefined {
  if (signer === undefined) return undefined;
  const key = identifierKeyOf(signer);
  return change.signatures.find(({ identifier }) => keyOf(identifier) === key);
}

/**
 * Every signature of a change with its signer's number. Whom the service names in words that are not the request's
 * comes after those that were asked: that nobody recognises a signer must not lose the signature.
 */
export function numberedSignatures(
  signers: Signers,
  change: PortalStatusChange,
): readonly { readonly signer: number; readonly signature: PortalSignature }[] {
  const asked = signers.map((signer) => signatureOf(signer, change));
  const others = change.signatures.filter((signature) => !asked.includes(signature));
  return [...asked, ...others].flatMap((signature, index) =>
    signature === undefined ? [] : [{ signer: index + 1, signature }],
  );
}

/** True when a change names exactly the signers that were asked: part of telling our own second job from another's. */
export function namesTheSameSigners(signers: Signers, change: PortalStatusChange): boolean {
  const asked = signers.map(identifierKeyOf).sort();
  const named = change.signatures.map(({ identifier }) => keyOf(identifier)).sort();
  return JSON.stringify(asked) === JSON.stringify(named);
}

/** Numbers of those who may sign now and have not: the lowest order in which somebody has not signed. */
export function waitingForOf(signers: readonly SignerProgress[]): readonly number[] {
  const unsigned = signers.filter(({ status }) => status === 'WAITING' || status === 'UNKNOWN');
  const lowest = Math.min(...unsigned.map(({ order }) => order));
  return unsigned.filter(({ order }) => order === lowest).map(({ signer }) => signer);
}

/** What became of a job that has ended, read from the signers: a rejection, an expiry or a cancellation ends it. */
export function outcomeOf(change: PortalStatusChange): SigningOutcome {
  if (change.status === 'COMPLETED_SUCCESSFULLY') return 'SIGNED';
  const kinds = change.signatures.map(({ status }) => status.kind);
  if (kinds.includes('REJECTED')) return 'REJECTED';
  if (kinds.includes('CANCELLED')) return 'CANCELLED';
  if (kinds.includes('EXPIRED')) return 'EXPIRED';
  return 'FAILED';
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
