import { sealDocumentPackage } from '../document-package/index.js';
import type { CreateOptions, PackageDocument } from './calls.js';
import type { HttpExchange } from './http-exchange.js';
import { createMultipartBody } from './multipart-body.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { readXmlAnswer } from './xml-answer.js';

/** What it takes to create a job in either flow. */
export interface CreateSignatureJobOptions<Response> {
  /** The collection of the sender's jobs of that flow. */
  readonly url: URL;
  /** Whether somebody waits for the job; those of the portal flow are also sent in bulk. */
  readonly personWaits: boolean;
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
 * When the call has its turn, seals the package and sends it as a stream.
 * @throws DOCUMENT_NOT_ACCEPTED before anything is sent; CREATE_OUTCOME_UNKNOWN when there may be a job; every other
 *   error means that there is none
 */
export async function createSignatureJob<Response>({
  url,
  personWaits,
  request,
  manifest,
  documents,
  exchange,
  options: { certificate, timeouts },
  read,
  signal,
  beforeSending,
}: CreateSignatureJobOptions<Response>): Promise<Response> {
  const operation = 'create';
  const answer = await exchange.send({
    operation,
    method: 'POST',
    url,
    personWaits,
    signal,
    // In this order: the service compares the package's signing time with the time it arrives.
    body: async () => {
      await beforeSending?.();
      return createMultipartBody(request, await sealDocumentPackage({ manifest, documents, certificate }));
    },
  });
  return readXmlAnswer({ operation, answer, timeoutMs: timeouts.answerTimeoutMs, signal, read });
}
