/** The body of a request, and how far it has got. */
export interface RequestBody {
  readonly contentType: string;
  /** The message in it, without documents, for a log that masks it. */
  readonly message: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /**
   * True from the moment the last piece was asked for: from then on the service may have the whole request. While
   * false, it cannot have it, however the connection ends.
   */
  readonly isHandedOver: () => boolean;
  /** What went wrong while the content was being read, which is no fault of the service. */
  readonly contentFailure: () => unknown;
  /** Lets go of the content when it is not going to be sent to its end. */
  readonly discard: () => void;
}

/** A message on its own. It goes in one piece, so nobody can tell how much of it has gone. */
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
