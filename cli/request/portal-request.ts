import type { PortalJobRequest, RequestedPortalSigner } from '@signering/client';
import { InvalidInputError, type Problem } from '@signering/schema';
import { parseDuration } from '../syntax/duration.js';
import { parseMoment, whatIsWrongWithMoment } from '../syntax/moment.js';
import { parseSigners, type WrittenSigner } from '../syntax/signer.js';
import { problemsOfOtherFlow } from './other-flow.js';
import type { WrittenRequest } from './written-request.js';
import {
  problemsOfDocumentTitles,
  problemsOfMetadata,
  readTerms,
  withSignatureType,
} from './written-terms.js';

/**
 * Parses a portal job from the command line; the client validates it.
 * @throws INVALID_REQUEST naming every option that cannot be parsed
 */
export function readPortalRequest(written: WrittenRequest): PortalJobRequest {
  const { nonsensitiveTitle, availableFor, activateAt, signatureType } = written;
  const { signers, problems: signerProblems } = parseSigners(written.signer);
  const problems: Problem[] = [
    ...problemsOfOtherFlow(written),
    ...problemsOfDocumentTitles(written),
    ...problemsOfMetadata(written),
    ...signerProblems,
  ];
  const seconds = availableFor === undefined ? undefined : parseDuration(availableFor);
  if (availableFor !== undefined && seconds === undefined) {
    problems.push({ path: '--available-for', message: 'must be a duration such as 14d, 12h or 1d12h' });
  }
  const moment = activateAt === undefined ? undefined : parseMoment(activateAt);
  const noMoment = activateAt === undefined ? undefined : whatIsWrongWithMoment(activateAt);
  if (noMoment !== undefined) problems.push({ path: '--activate-at', message: noMoment });
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', problems);
  }
  return {
    ...readTerms(written),
    signers: signers.map((signer) => requestedSigner(withSignatureType(signer, signatureType))),
    ...(nonsensitiveTitle === undefined ? {} : { nonsensitiveTitle }),
    ...(seconds === undefined ? {} : { availableSeconds: seconds }),
    ...(moment === undefined ? {} : { activationTime: moment }),
  };
}

/** A signer with an identity number and without an address is looked up, as public senders may. */
function requestedSigner(signer: WrittenSigner): RequestedPortalSigner {
  const { personalIdentificationNumber, emailAddress, mobileNumber, useContactRegister } = signer;
  const lookUp =
    personalIdentificationNumber !== undefined &&
    emailAddress === undefined &&
    mobileNumber === undefined &&
    useContactRegister === undefined;
  // The syntax begins with one of the three.
  return (lookUp ? { ...signer, useContactRegister: 'EMAIL' } : signer) as RequestedPortalSigner;
}
