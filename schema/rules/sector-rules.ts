import type { Problem } from '../errors.js';
import type { RuledManifest, RuledSigner } from './ruled-manifest.js';

/**
 * The sector of a sender determines the permitted signature types and security levels. It is a property of the
 * organisation and not part of any message. Spec: the service's documentation, signature type and security level.
 */
export const SECTORS = ['PUBLIC', 'PRIVATE'] as const;
/** Sector of a sender. */
export type Sector = (typeof SECTORS)[number];

const PIN_AND_NAME = 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME';
const ADVANCED = 'ADVANCED_ELECTRONIC_SIGNATURE';
const AUTHENTICATED = 'AUTHENTICATED_ELECTRONIC_SIGNATURE';

/** Sector rules for the job as a whole; none if the sector is unknown. */
export function problemsOfSender(manifest: RuledManifest, sector: Sector | undefined): readonly Problem[] {
  const problems: Problem[] = [];
  if (sector !== 'PRIVATE') return problems;
  if (manifest.requiredAuthentication === 3) {
    problems.push({
      path: 'requiredAuthentication',
      message: 'must be 4: the sender is in the private sector, which has no security level 3',
    });
  }
  if (manifest.identifierInSignedDocuments === 'NAME') {
    problems.push({
      path: 'identifierInSignedDocuments',
      message: `must be ${PIN_AND_NAME} or DATE_OF_BIRTH_AND_NAME: the sender is in the private sector`,
    });
  }
  return problems;
}

/**
 * Rules for a signer's signature type: it depends on what the signed document shows and, if known, on the sender's
 * sector. Spec: common.xsd, signature-type, identifier-in-signed-documents.
 */
export function problemsOfSignature(
  manifest: RuledManifest,
  { path, pinPath, isAddressedByPin, signatureType }: RuledSigner,
  sector: Sector | undefined,
): readonly Problem[] {
  const shown = manifest.identifierInSignedDocuments;
  const problems: Problem[] = [];
  const forbidType = (message: string) => problems.push({ path: `${path}.signatureType`, message });
  if (shown === PIN_AND_NAME && !isAddressedByPin) {
    problems.push({
      path: pinPath,
      message: `is needed, because identifierInSignedDocuments is ${PIN_AND_NAME}; otherwise choose DATE_OF_BIRTH_AND_NAME`,
    });
  }
  if (sector === 'PRIVATE' && signatureType === AUTHENTICATED) {
    forbidType(`must be ${ADVANCED}: the sender is in the private sector`);
  }
  if (signatureType !== ADVANCED) return problems;
  if (shown === 'NAME') {
    forbidType('an advanced signature shows more than the name: choose another identifierInSignedDocuments');
  } else if (sector === 'PUBLIC' && shown !== undefined && shown !== PIN_AND_NAME) {
    forbidType(`with an advanced signature, public senders show ${PIN_AND_NAME} only`);
  }
  if (sector === 'PUBLIC' && manifest.documents.length > 1) {
    forbidType('public senders can use an advanced signature with one document only: split the job');
  }
  return problems;
}
