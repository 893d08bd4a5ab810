import type { z } from 'zod';
import { InvalidInputError, type Problem, type Sector } from '../../schema/index.js';
import { problemsOfDocuments } from './document-rules.js';
import { problemPath } from './problem-path.js';
import { readDocuments, type PreparedDocument } from './read-documents.js';
import { outlineOf, type RequestOutline } from './request-outline.js';

/** What a request leaves to the client's settings. */
export interface PrepareOptions {
  /** For requests that name no polling queue. */
  readonly pollingQueue: string;
  /** The sender's. Absent: the rules that depend on it are the service's to apply. */
  readonly sector?: Sector | undefined;
}

/** A request that breaks no rule that can be known here, with its documents read. */
export interface PreparedJob<Content> {
  readonly reference: string;
  readonly documents: readonly PreparedDocument[];
  /** Everything but the documents, as the workflow takes it. */
  readonly terms: Omit<Content, 'documents'>;
}

/** What a request of a flow has to be. */
export interface RequestRules<Shape extends z.ZodType> {
  /** Each part by itself. */
  readonly shape: Shape;
  /** What holds between parts, besides the documents. */
  readonly rules: readonly ((outline: RequestOutline) => readonly Problem[])[];
}

/**
 * Reads a request and its documents, and checks all that the service would refuse, as far as it can be known here.
 * @throws INVALID_REQUEST, or DOCUMENT_NOT_ACCEPTED where only documents are at fault: both name every mistake
 */
export async function prepareRequest<Shape extends z.ZodType>(
  request: unknown,
  { shape, rules }: RequestRules<Shape>,
): Promise<{ readonly shaped: z.infer<Shape>; readonly documents: readonly PreparedDocument[] }> {
  const outline = outlineOf(request);
  const shaped = shape.safeParse(request);
  const { documents, unreadable, notAccepted } = await readDocuments(outline);
  const problems: Problem[] = [
    ...(shaped.error?.issues ?? []).map(({ path, message }) => ({ path: problemPath(path), message })),
    ...problemsOfDocuments(outline),
    ...rules.flatMap((problemsOf) => problemsOf(outline)),
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
  return { shaped: shaped.data, documents };
}
