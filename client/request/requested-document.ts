import type { DocumentMediaType } from '@signering/schema';

/**
 * The bytes of a document. A `File` gives its name too, and a `Blob` its media type. A stream, of the Web or of Node, is
 * read once: a repeated call needs a new one.
 */
export type DocumentContent = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a request says of a document besides its bytes. */
export interface DocumentDetails {
  /** PDF, or plain text in UTF-8. @default the blob's own type; text where the name ends with `.txt`, otherwise PDF */
  readonly mediaType?: DocumentMediaType | undefined;
  /** File name, without personal data. @default the file's own name, or `document-{place}.pdf` (`.txt`) */
  readonly name?: string | undefined;
  /** 1–80 characters, shown to the signers. @default the name without its extension */
  readonly title?: string | undefined;
}

/** A document read from a file. */
export interface DocumentOfFile extends DocumentDetails {
  /** Path of a file. */
  readonly file: string;
  readonly content?: undefined;
}

/** A document given as bytes. */
export interface DocumentOfContent extends DocumentDetails {
  readonly content: DocumentContent;
  readonly file?: undefined;
}

/** A document to be signed: a file, or its bytes. */
export type RequestedDocument = DocumentOfFile | DocumentOfContent;
