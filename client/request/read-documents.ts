import { createReadStream } from 'node:fs';
import { addAbortSignal, Readable } from 'node:stream';
import { inspectDocuments, type PdfFacts } from '@signering/document-package/inspection';
import { whyUnreadable, MAX_DOCUMENT_BYTES, type Problem } from '@signering/schema';
import { documentNameOf, documentTitleOf, mediaTypeOf } from './document-rules.js';
import type { DocumentContent } from './requested-document.js';
import { isWithoutDocuments, type Outline, type RequestOutline } from './request-outline.js';

/** A document with its bytes, ready to be stored and sent. */
export interface PreparedDocument {
  readonly name: string;
  readonly title: string;
  /** The request has no title for the document. */
  readonly titleFromFileName?: true;
  readonly mediaType: string;
  readonly content: Uint8Array;
  /** What was found in it, where it is a PDF. */
  readonly pdf?: PdfFacts;
}

/** The documents of a request, as far as they can be read, and what is wrong with them. */
export interface ReadDocuments {
  readonly documents: readonly PreparedDocument[];
  /** Files that are not there or cannot be read. */
  readonly unreadable: readonly Problem[];
  /** What keeps documents from being signed: no PDF, encrypted, too many, too large. */
  readonly notAccepted: readonly Problem[];
}

/** Reads and inspects the documents of a request. @throws the signal's reason */
export async function readDocuments(outline: RequestOutline, signal?: AbortSignal): Promise<ReadDocuments> {
  const { documents } = outline;
  const unreadable: Problem[] = [];
  const notAccepted: Problem[] = [];
  const prepared: PreparedDocument[] = [];
  const paths: string[] = [];
  let size = 0;
  for (const [index, document] of documents) {
    // Refused already: more of it would only fill the memory.
    if (size > MAX_DOCUMENT_BYTES && !(document['content'] instanceof Uint8Array)) continue;
    const path = `documents[${index}]`;
    const content = await contentOf(document, {
      unreadable: (message) =>
        unreadable.push({ path: `${path}.${document['file'] === undefined ? 'content' : 'file'}`, message }),
      tooLarge: (message) => notAccepted.push({ path, message, reason: 'DOCUMENTS_TOO_LARGE' }),
      signal,
    });
    signal?.throwIfAborted();
    if (content === undefined) continue;
    size += content.byteLength;
    const [name, title] = [documentNameOf(document, index), documentTitleOf(document, index)];
    prepared.push({
      name,
      title,
      ...(document['title'] === undefined && { titleFromFileName: true }),
      mediaType: mediaTypeOf(document, index),
      content,
    });
    paths.push(path);
  }
  // A list of which nothing could be read is not an empty list.
  if (prepared.length > 0 || isWithoutDocuments(outline)) {
    const named = prepared.map((document, index) => ({ ...document, path: paths[index] ?? 'documents' }));
    const inspection = inspectDocuments(named);
    notAccepted.push(...inspection.problems);
    const inspected = prepared.map((document, index) => {
      const pdf = inspection.documents[index]?.pdf;
      return pdf === undefined ? document : { ...document, pdf };
    });
    return { documents: inspected, unreadable, notAccepted };
  }
  return { documents: prepared, unreadable, notAccepted };
}

interface ReadOptions {
  readonly unreadable: (message: string) => void;
  readonly tooLarge: (message: string) => void;
  readonly signal: AbortSignal | undefined;
}

async function contentOf(
  document: Outline,
  { unreadable, tooLarge, signal }: ReadOptions,
): Promise<Uint8Array | undefined> {
  const { file, content } = document;
  if (content instanceof Uint8Array) return content;
  const source = content ?? (typeof file === 'string' && file !== '' ? createReadStream(file) : undefined);
  if (!isDocumentContent(source) || (content !== undefined && file !== undefined)) return undefined;
  try {
    const bytes = await bytesOf(source, signal);
    if (bytes !== undefined) return bytes;
    tooLarge(
      `has more than ${MAX_DOCUMENT_BYTES} bytes, which all documents together may have; make it smaller or split the job`,
    );
  } catch (error) {
    unreadable(content === undefined ? whyUnreadable(error) : whyStreamUnreadable(error));
  }
  return undefined;
}

/** Whether a value can be the bytes of a document. */
export function isDocumentContent(value: unknown): value is DocumentContent {
  if (value instanceof Uint8Array || value instanceof Blob) return true;
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * Reads at most one byte more than documents may have: the size of a stream is not known before, nor is that of a file
 * that grows.
 * @returns undefined for more
 */
async function bytesOf(
  source: DocumentContent,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (source instanceof Uint8Array) return source;
  if (isStream(source) && Readable.isDisturbed(source)) throw new ReadBeforeError();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(source instanceof Blob ? source.stream() : source, signal)) {
    signal?.throwIfAborted();
    if (!(chunk instanceof Uint8Array)) throw new TypeError('The stream has something other than bytes.');
    size += chunk.byteLength;
    if (size > MAX_DOCUMENT_BYTES) return undefined;
    chunks.push(chunk);
  }
  // A generator that has ended has nothing more to yield.
  if (chunks.length === 0 && !(source instanceof Blob)) throw new ReadBeforeError();
  return Buffer.concat(chunks);
}

/** The chunks of a stream. The signal cancels it, also while it waits for a chunk if it is one of Node or of the Web. */
function chunksOf(source: AsyncIterable<unknown>, signal: AbortSignal | undefined): AsyncIterable<unknown> {
  if (signal === undefined) return source;
  if (source instanceof ReadableStream) return chunksOfWeb(source, signal);
  return source instanceof Readable ? addAbortSignal(signal, source) : source;
}

async function* chunksOfWeb(stream: ReadableStream, signal: AbortSignal): AsyncGenerator {
  const reader = stream.getReader();
  // Ends a pending read too.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** The rest of a sentence whose subject is the stream. Without the error's text, which may quote the content. */
function whyStreamUnreadable(error: unknown): string {
  const why =
    error instanceof ReadBeforeError
      ? 'the stream has ended, because it is empty or was read before'
      : error instanceof TypeError
        ? 'it was read before, or has something other than bytes'
        : 'it failed';
  return `cannot be read: ${why}; give a new stream of bytes`;
}

/** A stream of Node or of the Web, which Node checks in the same way. */
function isStream(source: unknown): source is Readable {
  return source instanceof Readable || source instanceof ReadableStream;
}

/** A stream has nothing to read, or only what another reader left of it. */
class ReadBeforeError extends Error {}
