import type { DirectSignerResponse } from '../direct/job.js';
import type { DirectSignerIdentifier } from '../direct/signer-identifier.js';
import { writeMessage, type ElementWriter } from './message-writer.js';

/** Spec: direct.xsd, direct-signer. */
export function writeDirectSignerName(signer: ElementWriter, identifier: DirectSignerIdentifier): void {
  if ('personalIdentificationNumber' in identifier) {
    signer.element('personal-identification-number', identifier.personalIdentificationNumber);
  } else signer.element('signer-identifier', identifier.signerIdentifier);
}

/** Writes a signer of a created job, for the response to a create request. Spec: direct.xsd, direct-signer-response. */
export function writeSignerOfDirectJob({ identifier, signerUrl, redirectUrl }: DirectSignerResponse) {
  return (signer: ElementWriter): void => {
    signer.attribute('href', signerUrl);
    writeDirectSignerName(signer, identifier);
    signer.element('redirect-url', redirectUrl);
  };
}

/**
 * Writes a signer as a separate message; used by the sandbox.
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signer-response.
 */
export function writeDirectSignerResponse(signer: DirectSignerResponse): string {
  return writeMessage('direct-signer-response', writeSignerOfDirectJob(signer));
}

/** Requests a fresh redirect URL, the only possible update. Spec: direct.xsd, direct-signer-update-request. */
export function writeDirectSignerUpdateRequest(): string {
  return writeMessage('direct-signer-update-request', (root) => {
    root.element('redirect-url');
  });
}
