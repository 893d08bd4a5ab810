import { decodePDFRawStream, PDFContext, PDFRawStream } from '@cantoo/pdf-lib';

/** What every decoder of the library grows its output with. */
interface Decoder {
  ensureBuffer: (this: Decoder, bytes: number) => Uint8Array;
}

/** Watches over what is unpacked. */
export interface UnpackingLimit {
  /** Whether a stream was given up since this was asked last: the library goes on without it. */
  takeExceeded(): boolean;
}

/**
 * Makes the PDF library give up on a stream that unpacks to more than so many bytes, in this thread and from now on.
 * It has no limit of its own: a few megabytes can unpack to more than the machine has.
 */
export function boundUnpacking(maxBytes: number): UnpackingLimit {
  const decoder = decoderPrototype();
  const { ensureBuffer } = decoder;
  let isExceeded = false;
  decoder.ensureBuffer = function (bytes) {
    if (bytes > maxBytes) {
      isExceeded = true;
      throw new RangeError(`A stream unpacks to more than ${maxBytes} bytes.`);
    }
    return ensureBuffer.call(this, bytes);
  };
  return {
    takeExceeded: () => {
      const taken = isExceeded;
      isExceeded = false;
      return taken;
    },
  };
}

/** What all decoders inherit from; the library exports no name for it. */
function decoderPrototype(): Decoder {
  const dict = PDFContext.create().obj({ Filter: 'FlateDecode' });
  // The two bytes that such a stream begins with.
  const flate: unknown = decodePDFRawStream(PDFRawStream.of(dict, Uint8Array.of(0x78, 0x9c)));
  for (let at: unknown = flate; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at as object, 'ensureBuffer')) return at as Decoder;
  }
  throw new TypeError('The PDF library decodes streams in another way than it did.');
}
