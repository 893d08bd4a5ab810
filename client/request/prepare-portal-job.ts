import type { PortalJobContent } from '@signering/contract';
import type { PortalSigner } from '@signering/schema';
import type { PortalJobRequest } from './portal-job-request.js';
import { PORTAL_REQUEST_SHAPE, type ShapedPortalRequest } from './portal-request-shape.js';
import { problemsOfPortalRules } from './portal-signer-rules.js';
import {
  demandNewOrder,
  metadataOf,
  readRequest,
  type PreparedJob,
  type PrepareOptions,
  type ReadJob,
} from './prepare-request.js';
import { withoutAbsent } from './without-absent.js';

/** A portal job that can be handed over. */
export type PreparedPortalJob = PreparedJob<PortalJobContent>;

/**
 * Reads a request and its documents, and checks the rules of the service, as far as the client can.
 * Sends nothing.
 * @throws INVALID_REQUEST, or DOCUMENT_NOT_ACCEPTED where only documents are at fault: both name every mistake
 */
export async function preparePortalJob(
  request: PortalJobRequest,
  options: PrepareOptions,
): Promise<PreparedPortalJob> {
  return demandNewOrder(await readPortalJob(request, options));
}

/** As {@link preparePortalJob}, for an order that may have been taken before: broken rules are its `refusal`. */
export async function readPortalJob(
  request: PortalJobRequest,
  { pollingQueue, signal, ...options }: PrepareOptions,
): Promise<ReadJob<PortalJobContent>> {
  const { shaped, ...read } = await readRequest(request, {
    shape: PORTAL_REQUEST_SHAPE,
    rules: [(outline) => problemsOfPortalRules(outline, options)],
    signal,
  });
  return { reference: shaped.reference, ...read, terms: termsOf(shaped, pollingQueue) };
}

function termsOf(request: ShapedPortalRequest, pollingQueue: string): PreparedPortalJob['terms'] {
  const { title, nonsensitiveTitle, description, requiredAuthentication, identifierInSignedDocuments } =
    request;
  // One form for one moment, so that the same job has the same content digest however it was written.
  const activationTime =
    request.activationTime === undefined ? undefined : new Date(request.activationTime).toISOString();
  const availability = withoutAbsent({ activationTime, availableSeconds: request.availableSeconds });
  return {
    title,
    ...withoutAbsent({ nonsensitiveTitle, description, requiredAuthentication, identifierInSignedDocuments }),
    signers: request.signers.map(signerOf),
    ...(Object.keys(availability).length === 0 ? {} : { availability }),
    pollingQueue: request.pollingQueue ?? pollingQueue,
    ...metadataOf(request),
  };
}

function signerOf(signer: ShapedPortalRequest['signers'][number]): PortalSigner {
  const { personalIdentificationNumber, emailAddress, mobileNumber, useContactRegister } = signer;
  const { order, signatureType, onBehalfOf } = signer;
  return {
    ...withoutAbsent({ personalIdentificationNumber, order, signatureType, onBehalfOf }),
    ...(useContactRegister === undefined
      ? { notifications: withoutAbsent({ emailAddress, mobileNumber }) }
      : { notificationsUsingLookup: { sms: useContactRegister === 'EMAIL_AND_SMS' } }),
  };
}
