import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage } from '@signering/document-package';
import type { CallPriority, CreateOptions, PackageDocument } from '../calls.js';
import type { OutgoingDocumentPackage } from './document-package-hook.js';
import { DocumentPackageOutdatedError, DocumentPackageRefusedError } from '../errors.js';
import type { ApiAnswer, HttpExchange } from '../connection/http-exchange.js';
import { createMultipartBody } from './multipart-body.js';
import { PackageAge, PackageTooOldError } from './package-age.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';
import { readXmlAnswer } from '../connection/xml-answer.js';

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

/** How often a package is sealed and sent when its signing time was too old, the first time included. */
const MOST_SENDINGS = 3;

/** How long to wait after that, in milliseconds: by then the link may carry less else. */
const WAIT_WHEN_OUTDATED_MS = 10_000;

/**
 * When a turn is within reach, seals the package and sends it as a stream. A package that became too old on its way is
 * sealed and sent again: it was refused, or not sent to its end, so it made no job.
 * @throws DOCUMENT_NOT_ACCEPTED before anything is sent; CREATE_OUTCOME_UNKNOWN when there may be a job; every other
 *   error means that there is none
 */
export async function createSignatureJob<Response>(
  create: CreateSignatureJobOptions<Response>,
): Promise<Response> {
  const { exchange, options, read, signal, beforeSending } = create;
  const operation = 'create';
  let begun: Promise<void> | undefined;
  for (let sending = 1; ; sending += 1) {
    const age = new PackageAge();
    let answer: ApiAnswer;
    try {
      answer = await send(create, age, () => (begun ??= Promise.resolve(beforeSending?.())));
    } catch (error) {
      const refused = error instanceof DocumentPackageRefusedError;
      const clockOffMs =
        refused && error.servedAtMs !== undefined ? age.clockOffMs(error.servedAtMs) : undefined;
      if (clockOffMs !== undefined) {
        const retryAfterMs = WAIT_WHEN_OUTDATED_MS;
        throw new DocumentPackageOutdatedError({ operation, retryAfterMs, clockOffMs, cause: error });
      }
      const isLate = error instanceof PackageTooOldError || (refused && age.wasSentLate());
      const isLast = sending >= MOST_SENDINGS;
      if (isLate && isLast) {
        const retryAfterMs = WAIT_WHEN_OUTDATED_MS;
        throw new DocumentPackageOutdatedError({ operation, retryAfterMs, cause: error });
      }
      // A service that is slow to refuse looks like a package that was late to arrive: the last refusal is final.
      if (!isLate && (isLast || !(refused && age.mayHaveArrivedLate()))) throw error;
      continue;
    }
    const timeoutMs = options.timeouts.answerTimeoutMs;
    return readXmlAnswer({ operation, exchange, answer, timeoutMs, signal, read });
  }
}

/** Seals and sends the package once. */
async function send<Response>(
  create: CreateSignatureJobOptions<Response>,
  age: PackageAge,
  beforeSending: () => Promise<void>,
): Promise<ApiAnswer> {
  const { url, priority, outgoing, request, manifest, documents, exchange, signal } = create;
  const { onDocumentPackage } = create.options;
  const bytes = documents.reduce((sum, { content }) => sum + content.byteLength, 0);
  const upload = await exchange.uploads.enter({ bytes, priority, signal });
  try {
    return await exchange.send({
      operation: 'create',
      method: 'POST',
      url,
      priority,
      signal,
      // In this order: the service compares the package's signing time with the time it arrives.
      body: async () => {
        await beforeSending();
        age.sealed();
        const { certificate } = create.options.certificates();
        let sealed = await sealDocumentPackage({ manifest, documents, certificate });
        if (onDocumentPackage !== undefined) {
          const content = await buffer(sealed);
          await onDocumentPackage({ ...outgoing, content });
          sealed = Readable.from([content]);
        }
        return createMultipartBody(request, sealed, age);
      },
    });
  } finally {
    // Until the answer begins: what was handed over may still wait in the operating system's buffers.
    upload.end(age.uploadMs());
  }
}
