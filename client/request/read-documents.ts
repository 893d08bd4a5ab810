import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { inspectDocuments, type PdfFacts } from '@signering/document-package/inspection';
import { whyUnreadable, MAX_DOCUMENT_BYTES, type Problem } from '@signering/schema';
import { documentNameOf, documentTitleOf, mediaTypeOf } from './document-rules.js';
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

/** Reads and inspects the documents of a request. */
export async function readDocuments(outline: RequestOutline): Promise<ReadDocuments> {
  const { documents } = outline;
  const unreadable: Problem[] = [];
  const notAccepted: Problem[] = [];
  const prepared: PreparedDocument[] = [];
  const paths: string[] = [];
  for (const [index, document] of documents) {
    const path = `documents[${index}]`;
    const content = await contentOf(document, {
      unreadable: (message) => unreadable.push({ path: `${path}.file`, message }),
      tooLarge: (message) => notAccepted.push({ path, message }),
    });
    if (content === undefined) continue;
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

interface Complaints {
  readonly unreadable: (message: string) => void;
  readonly tooLarge: (message: string) => void;
}

async function contentOf(document: Outline, complain: Complaints): Promise<Uint8Array | undefined> {
  const { file, content } = document;
  if (content instanceof Uint8Array) return content;
  if (typeof file !== 'string' || file === '' || content !== undefined) return undefined;
  try {
    // Not by its size, which is not known before of a pipe, nor of a file that grows.
    const read = await buffer(createReadStream(file, { end: MAX_DOCUMENT_BYTES }));
    if (read.length <= MAX_DOCUMENT_BYTES) return read;
    complain.tooLarge(
      `has more than ${MAX_DOCUMENT_BYTES} bytes, which all documents together may have; make it smaller or split the job`,
    );
    return undefined;
  } catch (error) {
    complain.unreadable(whyUnreadable(error));
    return undefined;
  }
}
