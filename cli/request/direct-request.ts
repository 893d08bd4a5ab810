import type { DirectJobRequest, RequestedDirectSigner } from '@signering/client';
import { InvalidInputError, type Problem } from '@signering/schema';
import { parseDirectSigners, type WrittenDirectSigner } from '../syntax/direct-signer.js';
import { problemsOfOtherFlow } from './other-flow.js';
import type { WrittenRequest } from './written-request.js';
import {
  problemsOfDocumentTitles,
  problemsOfMetadata,
  readTerms,
  withSignatureType,
} from './written-terms.js';

/**
 * Parses a direct job from the command line; the client validates it.
 * @throws INVALID_REQUEST naming every option that cannot be parsed
 */
export function readDirectRequest(written: WrittenRequest): DirectJobRequest {
  const { queue, exitUrl, signatureType } = written;
  const { signers, problems: signerProblems } = parseDirectSigners(written.signer);
  const problems: Problem[] = [
    ...problemsOfOtherFlow(written),
    ...problemsOfDocumentTitles(written),
    ...problemsOfMetadata(written),
    ...signerProblems,
  ];
  const exitUrls = {
    completionUrl: written.completionUrl ?? exitUrl,
    rejectionUrl: written.rejectionUrl ?? exitUrl,
    errorUrl: written.errorUrl ?? exitUrl,
  };
  const { completionUrl, rejectionUrl, errorUrl } = exitUrls;
  if (Object.values(exitUrls).includes(undefined)) {
    problems.push({
      path: '--exit-url',
      message:
        'must be given with --direct, because signers return to your web site: one URL for all outcomes, or ' +
        '--completion-url, --rejection-url and --error-url',
    });
  }
  if (queue !== undefined && written.polling !== true) {
    problems.push({
      path: '--queue',
      message: 'has no effect on a direct job that is not polled: add --polling',
    });
  }
  if (
    completionUrl === undefined ||
    rejectionUrl === undefined ||
    errorUrl === undefined ||
    problems.length > 0
  ) {
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', problems);
  }
  return {
    ...readTerms(written),
    signers: signers.map((signer) => requestedSigner(withSignatureType(signer, signatureType))),
    exitUrls: { completionUrl, rejectionUrl, errorUrl },
    ...(written.polling === true ? { statusRetrievalMethod: 'POLLING' } : {}),
  };
}

/** The syntax begins with one of the two. */
function requestedSigner({
  personalIdentificationNumber,
  signerIdentifier = '',
  ...signer
}: WrittenDirectSigner): RequestedDirectSigner {
  return personalIdentificationNumber === undefined
    ? { ...signer, signerIdentifier }
    : { ...signer, personalIdentificationNumber };
}
