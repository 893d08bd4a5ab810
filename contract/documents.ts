/** A reference to a document in storage. Workflow histories hold it instead of the bytes. */
export interface DocumentRef {
  /** SHA-256 of the bytes, lower-case hexadecimal: also the document's key in storage. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** The file name that the sender gave. */
  readonly name: string;
  /** Such as `application/pdf`. */
  readonly mediaType: string;
}

/** A stored document and the title under which signers see it. */
export interface DocumentToSign extends DocumentRef {
  /** 1–80 characters. */
  readonly title: string;
  /** The title comes from a file name: another title alone then makes no other job. */
  readonly titleFromFileName?: true;
}
