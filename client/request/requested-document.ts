/** A document to be signed: a file, or its bytes. */
export interface RequestedDocument {
  /** Path of a PDF file. Either this or `content`. */
  readonly file?: string;
  /** The bytes of a PDF. Either this or `file`. */
  readonly content?: Uint8Array;
  /** File name, without personal data. @default the file's own name, or `document-{place}.pdf` */
  readonly name?: string;
  /** 1–80 characters, shown to the signers. @default the name without its extension */
  readonly title?: string;
}
