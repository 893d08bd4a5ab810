import { createHash } from 'node:crypto';
import { on } from 'node:events';
import { Readable } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import { InvalidInputError } from '@signering/schema';
import { createXadesSignature, type SigningKey } from '@signering/signatures';
import { MANIFEST_NAME, problemsOfEntryNames } from './package-entry-name.js';

/** A document in a package. */
export interface PackagedDocument {
  /** The entry's name, identical to `href` in the manifest. */
  readonly name: string;
  /** Such as `application/pdf`. */
  readonly mediaType: string;
  readonly content: Uint8Array;
}

export interface SealDocumentPackageOptions {
  /** The flow's manifest message, as XML. */
  readonly manifest: string;
  /** At least one, with names from `packageEntryNames`. */
  readonly documents: readonly PackagedDocument[];
  /** The certificate of the sender or its broker; the service requires the one used for TLS. */
  readonly certificate: SigningKey;
  /** The service accepts packages within 5 seconds of it: seal right before sending. @default now */
  readonly signingTime?: Date;
}

/** Of a document, at its beginning, middle and end; of a small one, at its beginning. */
const SAMPLE_BYTES = 4 * 1024;
/** Documents whose samples deflate to more than this part of their size are stored. */
const WORTH_DEFLATING = 0.9;
const PIECE_BYTES = 64 * 1024;

const SIGNATURES_NAME = 'META-INF/signatures.xml';

/**
 * Signs documents and manifest and streams them as an ASiC-E container: the documents, `manifest.xml`,
 * `META-INF/signatures.xml`, in this order, without a `mimetype` entry.
 *
 * Spec: posten-api, the document package; ETSI TS 102 918.
 * @throws DOCUMENT_NOT_ACCEPTED for names that clients may decode differently
 */
export async function sealDocumentPackage(options: SealDocumentPackageOptions): Promise<Readable> {
  const { manifest, documents, certificate } = options;
  const problems = problemsOfEntryNames(documents);
  if (problems.length > 0) {
    throw new InvalidInputError('DOCUMENT_NOT_ACCEPTED', 'Cannot write the document package', problems);
  }
  // Imported dynamically: it loads a hundred files, which programs that only read packages do not need.
  const { ZipArchive } = await import('archiver');
  const { signingTime = new Date() } = options;
  const files = [
    ...documents,
    { name: MANIFEST_NAME, mediaType: 'application/xml', content: Buffer.from(manifest, 'utf8') },
  ];
  const signatures = createXadesSignature({
    references: files.map(({ name, mediaType, content }, index) => ({
      id: `ID_${index}`,
      uri: name,
      sha256: createHash('sha256').update(content).digest('base64'),
      mediaType,
    })),
    certificate,
    signingTime,
  });

  const archive = new ZipArchive();
  for (const { name, content } of files) {
    archive.append(Buffer.from(content.buffer, content.byteOffset, content.byteLength), {
      name,
      date: signingTime,
      store: !isCompressible(content),
    });
  }
  archive.append(signatures, { name: SIGNATURES_NAME, date: signingTime });
  // The promise settles when everything has been read, which may never happen; only its rejection matters.
  archive.finalize().catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return Readable.from(piecesOf(archive));
}

/** Most PDFs are compressed already, and deflating them takes ten times as long as everything else. */
function isCompressible(content: Uint8Array): boolean {
  const last = content.byteLength - SAMPLE_BYTES;
  const positions = last <= SAMPLE_BYTES * 2 ? [0] : [0, Math.floor(last / 2), last];
  const samples = Buffer.concat(
    positions.map((position) => content.subarray(position, position + SAMPLE_BYTES)),
  );
  return deflateRawSync(samples, { level: 1 }).byteLength <= samples.byteLength * WORTH_DEFLATING;
}

/**
 * Reads by events: the archive's own iterator would join a header and the document behind it in a copy. Nothing is copied
 * here, and no piece is larger than 64 KiB.
 */
async function* piecesOf(archive: Readable): AsyncGenerator<Uint8Array> {
  try {
    const events = on(archive, 'data', { close: ['end'], highWaterMark: 1, lowWaterMark: 1 });
    for await (const [chunk] of events as AsyncIterable<[Buffer]>) {
      for (let start = 0; start < chunk.byteLength; start += PIECE_BYTES) {
        yield chunk.subarray(start, start + PIECE_BYTES);
      }
    }
  } finally {
    archive.destroy();
  }
}
