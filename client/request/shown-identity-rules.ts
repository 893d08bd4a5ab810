import type { Problem } from '../../schema/index.js';
import { isAbsent, type Outline } from './request-outline.js';

/** What can be shown of a signer in the signed document. Spec: posten-rules, Signers, identifier in signed documents. */
export function problemsOfShownIdentity(
  { identifierInSignedDocuments: shown }: Outline,
  signer: Outline,
  path: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const pinShown = shown === 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME';
  const nameOnly = shown === 'NAME';
  if (pinShown && isAbsent(signer, 'personalIdentificationNumber')) {
    problems.push({
      path: `${path}.personalIdentificationNumber`,
      message:
        'is needed, because identifierInSignedDocuments is PERSONAL_IDENTIFICATION_NUMBER_AND_NAME; ' +
        'otherwise choose DATE_OF_BIRTH_AND_NAME',
    });
  }
  if (nameOnly && signer['signatureType'] === 'ADVANCED_ELECTRONIC_SIGNATURE') {
    problems.push({
      path: `${path}.signatureType`,
      message: 'an advanced signature shows more than the name: choose another identifierInSignedDocuments',
    });
  }
  return problems;
}
