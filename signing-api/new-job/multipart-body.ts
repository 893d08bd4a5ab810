import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { PackageAge } from './package-age.js';
import type { RequestBody } from '../connection/request-body.js';

/**
 * Two parts without names: the job request, and the document package, streamed. The content fails with
 * PackageTooOldError when the service would refuse the package for its age.
 */
export function createMultipartBody(
  request: string,
  documentPackage: Readable,
  age: PackageAge,
): RequestBody {
  const boundary = randomUUID();
  let handedOver = false;
  let failure: unknown;
  // The package may fail, or be discarded, before it is read.
  documentPackage.on('error', () => undefined);

  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(
      `--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n` +
        `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    );
    try {
      for await (const piece of documentPackage as AsyncIterable<Uint8Array>) {
        age.beforePiece();
        yield piece;
      }
      age.beforeLastPiece();
    } catch (error) {
      failure = error;
      throw error;
    }
    handedOver = true;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }

  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    message: request,
    content: content(),
    isHandedOver: () => handedOver,
    contentFailure: () => failure,
    discard: () => documentPackage.destroy(),
  };
}
