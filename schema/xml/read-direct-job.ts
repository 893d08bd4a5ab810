import {
  STATUS_RETRIEVAL_METHODS,
  type DirectSignatureJobRequest,
  type DirectSignatureJobResponse,
} from '../direct/job.js';
import type { StatusUrl } from '../identifiers.js';
import {
  findChildren,
  findOneOf,
  findText,
  findToken,
  present,
  requireChild,
  requireToken,
} from './element-content.js';
import { readSignerOfDirectJob } from './read-direct-signer.js';
import { readSignatureJobId } from './read-signature-job-id.js';
import { UnreadableXmlError } from './errors.js';
import { readRoot } from './xml-element.js';

/**
 * An empty `polling-queue` means the default queue.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signature-job-request.
 */
export function readDirectSignatureJobRequest(xml: string | Uint8Array): DirectSignatureJobRequest {
  const root = readRoot(xml, 'direct-signature-job-request');
  const exitUrls = requireChild(root, 'exit-urls');
  return {
    ...present({ reference: findText(root, 'reference') }),
    exitUrls: {
      completionUrl: requireToken(exitUrls, 'completion-url'),
      rejectionUrl: requireToken(exitUrls, 'rejection-url'),
      errorUrl: requireToken(exitUrls, 'error-url'),
    },
    ...present({
      statusRetrievalMethod: findOneOf(root, 'status-retrieval-method', STATUS_RETRIEVAL_METHODS),
      pollingQueue: findText(root, 'polling-queue'),
    }),
  };
}

/**
 * Reads each signer's redirect URL; ignores the deprecated list above the signers.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signature-job-response.
 */
export function readDirectSignatureJobResponse(xml: string | Uint8Array): DirectSignatureJobResponse {
  const root = readRoot(xml, 'direct-signature-job-response');
  const signers = findChildren(root, 'signer').map(readSignerOfDirectJob);
  if (signers.length === 0) throw new UnreadableXmlError('it has no signer');
  return {
    ...present({ reference: findText(root, 'reference') }),
    signatureJobId: readSignatureJobId(root),
    ...present({ statusUrl: findToken(root, 'status-url') as StatusUrl | undefined }),
    signers,
  };
}
