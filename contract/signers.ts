import {
  identifierOfPortalSigner,
  isSameDirectSigner,
  maskDirectSigner,
  maskPortalSigner,
  nameOfDirectSigner,
  type DirectSigner,
  type PortalSigner,
} from '@signering/schema';
import type { ChosenSigner, SignerRedirect } from './direct-signing.js';
import type { SignerProgress } from './signing.js';

/** Every signer of a portal job, WAITING. */
export function portalSignersAtStart(signers: readonly PortalSigner[]): readonly SignerProgress[] {
  return signers.map((signer, index) => ({
    signer: index + 1,
    maskedIdentifier: maskPortalSigner(identifierOfPortalSigner(signer)),
    order: signer.order ?? 0,
    status: 'WAITING',
  }));
}

/** Every signer of a direct job, WAITING. */
export function directSignersAtStart(signers: readonly DirectSigner[]): readonly SignerProgress[] {
  return signers.map(({ identifier }, index) => ({
    signer: index + 1,
    maskedIdentifier: maskDirectSigner(nameOfDirectSigner(identifier)),
    order: 0,
    status: 'WAITING',
  }));
}

/**
 * Numbers of the signers who can sign now and have not: those of the lowest unsigned order. During a job, a signer whose
 * ceremony FAILED can try again.
 */
export function waitingForOf(signers: readonly SignerProgress[]): readonly number[] {
  const unsigned = signers.filter(({ status }) => ['WAITING', 'UNKNOWN', 'FAILED'].includes(status));
  const lowest = Math.min(...unsigned.map(({ order }) => order));
  return unsigned.filter(({ order }) => order === lowest).map(({ signer }) => signer);
}

/** The redirect URL of a direct job's signer, with the sender's identifier. @param signer counts from 1 */
export function signerRedirectOf(
  signers: readonly DirectSigner[],
  { signer, redirectUrl }: { readonly signer: number; readonly redirectUrl: string },
): SignerRedirect {
  const identifier = signers[signer - 1]?.identifier;
  const isOwn = identifier !== undefined && 'signerIdentifier' in identifier;
  return { signer, ...(isOwn && { signerIdentifier: identifier.signerIdentifier }), redirectUrl };
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
