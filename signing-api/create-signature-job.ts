import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage } from '../document-package/index.js';
import type { CallPriority, CreateOptions, PackageDocument } from './calls.js';
import type { OutgoingDocumentPackage } from './document-package-hook.js';
import type { HttpExchange } from './http-exchange.js';
import { createMultipartBody } from './multipart-body.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { readXmlAnswer } from './xml-answer.js';

/** What it takes to create a job in either flow. */
export interface CreateSignatureJobOptions<Response> {
  /** The collection of the sender's jobs of that flow. */
  readonly url: URL;
  readonly priority: CallPriority;
  readonly outgoing: Omit<OutgoingDocumentPackage, 'content'>;
  /** The request, written and valid. */
  readonly request: string;
  /** The manifest, written and valid. */
  readonly manifest: string;
  readonly documents: readonly PackageDocument[];
  readonly exchange: HttpExchange;
  readonly options: ResolvedSigningApiOptions;
  readonly read: (xml: Uint8Array) => Response;
  readonly signal: AbortSignal | undefined;
  readonly beforeSending: CreateOptions['beforeSending'] | undefined;
}

/**
 * When a turn is within reach, seals the package and sends it as a stream.
 * @throws DOCUMENT_NOT_ACCEPTED before anything is sent; CREATE_OUTCOME_UNKNOWN when there may be a job; every other
 *   error means that there is none
 */
export async function createSignatureJob<Response>({
  url,
  priority,
  outgoing,
  request,
  manifest,
  documents,
  exchange,
  options: { certificate, timeouts, onDocumentPackage },
  read,
  signal,
  beforeSending,
}: CreateSignatureJobOptions<Response>): Promise<Response> {
  const operation = 'create';
  const answer = await exchange.send({
    operation,
    method: 'POST',
    url,
    priority,
    signal,
    // In this order: the service compares the package's signing time with the time it arrives.
    body: async () => {
      await beforeSending?.();
      const sealed = await sealDocumentPackage({ manifest, documents, certificate });
      if (onDocumentPackage === undefined) return createMultipartBody(request, sealed);
      const content = await buffer(sealed);
      await onDocumentPackage({ ...outgoing, content });
      return createMultipartBody(request, Readable.from([content]));
    },
  });
  return readXmlAnswer({ operation, exchange, answer, timeoutMs: timeouts.answerTimeoutMs, signal, read });
}
