import type { DirectJobContent } from '@signering/contract';
import type { DirectSigner } from '@signering/schema';
import type { DirectJobRequest } from './direct-job-request.js';
import { DIRECT_REQUEST_SHAPE, type ShapedDirectRequest } from './direct-request-shape.js';
import { problemsOfDirectRules, problemsOfNaming, problemsOfStatusRetrieval } from './direct-signer-rules.js';
import {
  demandNewOrder,
  metadataOf,
  readRequest,
  type PreparedJob,
  type PrepareOptions,
  type ReadJob,
} from './prepare-request.js';
import { withoutAbsent } from './without-absent.js';

/** A direct job that can be handed over. */
export type PreparedDirectJob = PreparedJob<DirectJobContent>;

/**
 * Reads a request and its documents, and checks the rules of the service, as far as the client can.
 * Sends nothing.
 * @throws INVALID_REQUEST, or DOCUMENT_NOT_ACCEPTED where only documents are at fault: both name every mistake
 */
export async function prepareDirectJob(
  request: DirectJobRequest,
  options: PrepareOptions,
): Promise<PreparedDirectJob> {
  return demandNewOrder(await readDirectJob(request, options));
}

/** As {@link prepareDirectJob}, for an order that may have been taken before: broken rules are its `refusal`. */
export async function readDirectJob(
  request: DirectJobRequest,
  { pollingQueue, signal, ...options }: PrepareOptions,
): Promise<ReadJob<DirectJobContent>> {
  const { shaped, ...read } = await readRequest(request, {
    shape: DIRECT_REQUEST_SHAPE,
    rules: [
      problemsOfNaming,
      (outline) => problemsOfDirectRules(outline, options),
      problemsOfStatusRetrieval,
    ],
    signal,
  });
  const { description, requiredAuthentication, identifierInSignedDocuments } = shaped;
  return {
    reference: shaped.reference,
    ...read,
    terms: {
      title: shaped.title,
      ...withoutAbsent({ description, requiredAuthentication, identifierInSignedDocuments }),
      signers: shaped.signers.map(signerOf),
      exitUrls: shaped.exitUrls,
      ...metadataOf(shaped),
      ...(shaped.statusRetrievalMethod === 'POLLING' && {
        pollingQueue: shaped.pollingQueue ?? pollingQueue,
      }),
    },
  };
}

function signerOf(signer: ShapedDirectRequest['signers'][number]): DirectSigner {
  const { personalIdentificationNumber, signerIdentifier = '', signatureType, onBehalfOf } = signer;
  return {
    identifier:
      personalIdentificationNumber === undefined ? { signerIdentifier } : { personalIdentificationNumber },
    ...withoutAbsent({ signatureType, onBehalfOf }),
  };
}
