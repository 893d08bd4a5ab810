import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

/** The body of a create request, and how far it has got. */
export interface MultipartBody {
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
  /**
   * True from the moment the last piece was asked for: from then on the service may have the whole request. While
   * false, it cannot have it, however the connection ends.
   */
  readonly isHandedOver: () => boolean;
  /** What went wrong while the package was being read, which is no fault of the service. */
  readonly packageFailure: () => unknown;
  /** Lets go of the package when it is not going to be sent to its end. */
  readonly discard: () => void;
}

/** Two parts without names: the job request, and the document package, streamed. */
export function createMultipartBody(request: string, documentPackage: Readable): MultipartBody {
  const boundary = randomUUID();
  let handedOver = false;
  let failure: unknown;

  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(
      `--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n` +
        `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    );
    try {
      yield* documentPackage as AsyncIterable<Uint8Array>;
    } catch (error) {
      failure = error;
      throw error;
    }
    handedOver = true;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }

  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    content: content(),
    isHandedOver: () => handedOver,
    packageFailure: () => failure,
    discard: () => documentPackage.destroy(),
  };
}
