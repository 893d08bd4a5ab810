import type { z } from 'zod';
import type { JobMetadata } from '@signering/contract';
import { problemsOfShape, withoutConsequences, type ShapeProblem } from '@signering/contract/schemas';
import { InvalidInputError, type OrderRuleOptions, type Problem } from '@signering/schema';
import { problemsOfDocuments } from './document-rules.js';
import { readDocuments, type PreparedDocument } from './read-documents.js';
import { outlineOf, type RequestOutline } from './request-outline.js';

/** Defaults from the client's settings. */
export interface PrepareOptions extends OrderRuleOptions {
  /** For requests that name no polling queue. */
  readonly pollingQueue: string;
  /** Ends the reading of documents. */
  readonly signal?: AbortSignal | undefined;
}

/** A valid request, as far as the client can check it, with its documents. */
export interface PreparedJob<Content> {
  readonly reference: string;
  readonly documents: readonly PreparedDocument[];
  /** Everything but the documents, as the workflow takes it. */
  readonly terms: Omit<Content, 'documents'>;
}

/** A request that can be read, with what is wrong with it as a new order. */
export interface ReadJob<Content> extends PreparedJob<Content> {
  /**
   * The rules that it breaks. An order that was accepted before is still answered: a later release may have added the
   * rule.
   */
  readonly refusal?: InvalidInputError;
}

/** What a request of a flow has to be. */
export interface RequestRules<Shape extends z.ZodType> {
  /** Each part by itself. */
  readonly shape: Shape;
  /** What holds between parts, besides the documents. */
  readonly rules: readonly ((outline: RequestOutline) => readonly Problem[])[];
  /** Ends the reading of documents. */
  readonly signal?: AbortSignal | undefined;
}

/** A request whose parts have the right types, with the documents that could be read. */
export interface ReadRequest<Shape extends z.ZodType> {
  readonly shaped: z.infer<Shape>;
  readonly documents: readonly PreparedDocument[];
  readonly refusal?: InvalidInputError;
}

/** A request with every mistake that can be found without sending it. */
export interface ExaminedRequest {
  readonly ofShape: readonly ShapeProblem[];
  /** Of the shape, and of what holds between parts. */
  readonly problems: readonly Problem[];
  /** Documents that cannot be signed. */
  readonly notAccepted: readonly Problem[];
  readonly documents: readonly PreparedDocument[];
}

/** Reads a request, or a part of one, and its documents. @throws the signal's reason */
export async function examineRequest<Shape extends z.ZodType>(
  request: unknown,
  { shape, rules, signal }: RequestRules<Shape>,
): Promise<ExaminedRequest> {
  const outline = outlineOf(request);
  const ofShape = problemsOfShape(shape, request, 'request');
  const { documents, unreadable, notAccepted } = await readDocuments(outline, signal);
  const problems = withoutConsequences(ofShape, [
    ...problemsOfDocuments(outline),
    ...rules.flatMap((problemsOf) => problemsOf(outline)),
    ...unreadable,
  ]);
  return { ofShape, problems, notAccepted, documents };
}

/**
 * Reads a request and its documents, and checks the rules of the service, as far as the client can.
 * @throws INVALID_REQUEST naming every mistake, where it is no request that any release would have taken; the signal's
 * reason
 */
export async function readRequest<Shape extends z.ZodType>(
  request: unknown,
  options: RequestRules<Shape>,
): Promise<ReadRequest<Shape>> {
  const { ofShape, problems, notAccepted, documents } = await examineRequest(request, options);
  const refusal = refusalOf(problems, notAccepted);
  if (refusal !== undefined && ofShape.some(({ isRule }) => !isRule)) throw refusal;
  // Every part has its type, or the shape would have said so: what it says here are broken rules.
  return { shaped: request as z.infer<Shape>, documents, ...(refusal !== undefined && { refusal }) };
}

/** The metadata of a request as a job has them: a copy, and absent where there are none. */
export function metadataOf({ metadata }: { readonly metadata?: JobMetadata | undefined }): {
  readonly metadata?: JobMetadata;
} {
  return metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } };
}

function refusalOf(
  problems: readonly Problem[],
  notAccepted: readonly Problem[],
): InvalidInputError | undefined {
  if (problems.length > 0) {
    const all = [...problems, ...notAccepted];
    return new InvalidInputError('INVALID_REQUEST', 'The signing request cannot be sent', all);
  }
  if (notAccepted.length === 0) return undefined;
  return new InvalidInputError('DOCUMENT_NOT_ACCEPTED', 'The documents cannot be sent', notAccepted);
}

/** @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED where the request breaks a rule */
export function demandNewOrder<Content>({ refusal, ...job }: ReadJob<Content>): PreparedJob<Content> {
  if (refusal !== undefined) throw refusal;
  return job;
}
