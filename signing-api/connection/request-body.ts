/** The body of a request and the progress of sending it. */
export interface RequestBody {
  readonly contentType: string;
  /** The message in it, without documents, for a log that masks it. */
  readonly message: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /**
   * True once the last piece was read: from then on the service may have the whole request. While false, the service
   * cannot have it, however the connection ends.
   */
  readonly isHandedOver: () => boolean;
  /** The error of reading the content, if any; the service did not cause it. */
  readonly contentFailure: () => unknown;
  /** Releases the content when it is not sent to its end. */
  readonly discard: () => void;
}

/** A single message. It is sent in one piece, so it counts as handed over at once. */
export function createXmlBody(message: string): RequestBody {
  return {
    contentType: 'application/xml',
    message,
    content: Buffer.from(message),
    isHandedOver: () => true,
    contentFailure: () => undefined,
    discard: () => undefined,
  };
}
