import { randomUUID } from 'node:crypto';
import type { PortalJobContent } from '../../contract/index.js';
import { InvalidInputError, type PortalSigner, type Problem } from '../../schema/index.js';
import { problemsOfDocuments } from './document-rules.js';
import type { PortalJobRequest } from './portal-job-request.js';
import { problemPath } from './problem-path.js';
import { readDocuments, type PreparedDocument } from './read-documents.js';
import { outlineOf } from './request-outline.js';
import { REQUEST_SHAPE, type ShapedRequest } from './request-shape.js';
import { problemsOfSigners } from './signer-rules.js';

/** The argument of {@link preparePortalJob}. */
export interface PreparePortalJobOptions {
  /** For requests that name no polling queue. */
  readonly pollingQueue: string;
}

/** A request that breaks no rule that can be known here, with its documents read. */
export interface PreparedPortalJob {
  readonly reference: string;
  readonly documents: readonly PreparedDocument[];
  /** Everything but the documents, as the workflow takes it. */
  readonly terms: Omit<PortalJobContent, 'documents'>;
}

/**
 * Reads a request and its documents, and checks all that can be known without the sender's sector. Sends nothing.
 * @throws INVALID_REQUEST, or DOCUMENT_NOT_ACCEPTED where only documents are at fault: both name every mistake
 */
export async function preparePortalJob(
  request: PortalJobRequest,
  { pollingQueue }: PreparePortalJobOptions,
): Promise<PreparedPortalJob> {
  const outline = outlineOf(request);
  const shaped = REQUEST_SHAPE.safeParse(request);
  const { documents, unreadable, notAccepted } = await readDocuments(outline);
  const problems: Problem[] = [
    ...(shaped.error?.issues ?? []).map(({ path, message }) => ({ path: problemPath(path), message })),
    ...problemsOfDocuments(outline),
    ...problemsOfSigners(outline),
    ...unreadable,
  ];
  if (!shaped.success || problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The signing request cannot be sent', [
      ...problems,
      ...notAccepted,
    ]);
  }
  if (notAccepted.length > 0) {
    throw new InvalidInputError('DOCUMENT_NOT_ACCEPTED', 'The documents cannot be sent', notAccepted);
  }
  return {
    reference: shaped.data.reference ?? randomUUID(),
    documents,
    terms: termsOf(shaped.data, pollingQueue),
  };
}

function termsOf(request: ShapedRequest, pollingQueue: string): PreparedPortalJob['terms'] {
  const { title, nonsensitiveTitle, description, requiredAuthentication, identifierInSignedDocuments } =
    request;
  const { availableFor: availableSeconds, activationTime } = request;
  const availability = withoutAbsent({ activationTime, availableSeconds });
  return {
    title,
    ...withoutAbsent({ nonsensitiveTitle, description, requiredAuthentication, identifierInSignedDocuments }),
    signers: request.signers.map(signerOf),
    ...(Object.keys(availability).length === 0 ? {} : { availability }),
    pollingQueue: request.pollingQueue ?? pollingQueue,
  };
}

function signerOf(signer: ShapedRequest['signers'][number]): PortalSigner {
  const { personalIdentificationNumber, emailAddress, mobileNumber, useContactRegister } = signer;
  const { order, signatureType, onBehalfOf } = signer;
  return {
    ...withoutAbsent({ personalIdentificationNumber, order, signatureType, onBehalfOf }),
    ...(useContactRegister === undefined
      ? { notifications: withoutAbsent({ emailAddress, mobileNumber }) }
      : { notificationsUsingLookup: { sms: useContactRegister === 'EMAIL_AND_SMS' } }),
  };
}

type WithoutAbsent<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Absence is a missing property: `undefined` would not survive the way through JSON. */
function withoutAbsent<T extends object>(parts: T): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>;
}
