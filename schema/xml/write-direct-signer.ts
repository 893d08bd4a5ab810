import type { DirectSignerResponse } from '../direct/job.js';
import type { DirectSignerIdentifier } from '../direct/signer-identifier.js';
import { writeMessage, type ElementWriter } from './message-writer.js';

/** Spec: direct.xsd, direct-signer. */
export function writeDirectSignerName(signer: ElementWriter, identifier: DirectSignerIdentifier): void {
  if ('personalIdentificationNumber' in identifier) {
    signer.element('personal-identification-number', identifier.personalIdentificationNumber);
  } else signer.element('signer-identifier', identifier.signerIdentifier);
}

/** A signer of a created job: an element of the answer to a create request. Spec: direct.xsd, direct-signer-response. */
export function writeSignerOfDirectJob({ identifier, signerUrl, redirectUrl }: DirectSignerResponse) {
  return (signer: ElementWriter): void => {
    signer.attribute('href', signerUrl);
    writeDirectSignerName(signer, identifier);
    signer.element('redirect-url', redirectUrl);
  };
}

/**
 * The same as a message of its own; the sandbox writes it.
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signer-response.
 */
export function writeDirectSignerResponse(signer: DirectSignerResponse): string {
  return writeMessage('direct-signer-response', writeSignerOfDirectJob(signer));
}

/** Asks for a fresh redirect URL, which is all that it can ask for. Spec: direct.xsd, direct-signer-update-request. */
export function writeDirectSignerUpdateRequest(): string {
  return writeMessage('direct-signer-update-request', (root) => {
    root.element('redirect-url');
  });
}
