import type { DocumentMediaType } from '@signering/schema';

/** A document to be signed: a file, or its bytes. */
export interface RequestedDocument {
  /** Path of a file. Either this or `content`. */
  readonly file?: string;
  /** The bytes of a document. Either this or `file`. */
  readonly content?: Uint8Array;
  /** PDF, or plain text in UTF-8. @default text where the name ends with `.txt`, otherwise PDF */
  readonly mediaType?: DocumentMediaType;
  /** File name, without personal data. @default the file's own name, or `document-{place}.pdf` (`.txt`) */
  readonly name?: string;
  /** 1–80 characters, shown to the signers. @default the name without its extension */
  readonly title?: string;
}
