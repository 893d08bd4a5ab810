import { inflateSync } from 'node:zlib';
import { decodePDFRawStream, PDFDocument, PDFName, PDFRawStream, type PDFDict } from '@cantoo/pdf-lib';

/** What is known of a PDF. */
export interface PdfFacts {
  /** Such as `1.4`: the catalog's word where it is later than the header's. */
  readonly version: string;
  /** Whether the file says that it is PDF/A. */
  readonly isPdfA: boolean;
  readonly pages: number;
}

/** The facts, or what keeps a PDF from being signed: one clause that says what to do. */
export type PdfReading = { readonly facts: PdfFacts } | { readonly problem: string };

/** How a document is told from which no more can be learned. */
export const DAMAGED = 'is a damaged PDF; export it again';
/** Metadata that says more than this is no metadata. */
const MAX_METADATA_BYTES = 4 * 2 ** 20;
const ENCRYPTED = 'is protected with a password, for reading or for changing; remove the protection';

/**
 * Reads a PDF just far enough to tell whether the service takes it. A hostile one can take hours: see read-pdf.ts.
 * @param header the version that the file begins with
 */
export async function parsePdf(content: Uint8Array, header: string): Promise<PdfReading> {
  try {
    const document = await PDFDocument.load(content, { ignoreEncryption: true, updateMetadata: false });
    if (document.isEncrypted) return { problem: ENCRYPTED };
    const facts = factsOf(document, header);
    return facts.pages === 0 ? { problem: 'is a PDF without pages; export it again' } : { facts };
  } catch {
    // Where even the catalog is encrypted, nothing can be parsed; the trailer says so in the clear.
    return { problem: namesEncryption(content) ? ENCRYPTED : DAMAGED };
  }
}

function factsOf(document: PDFDocument, header: string): PdfFacts {
  const catalog: PDFDict = document.catalog;
  const later = catalog.lookup(PDFName.of('Version'));
  const declared = later instanceof PDFName ? later.decodeText() : header;
  const metadata = catalog.lookup(PDFName.of('Metadata'));
  return {
    version: declared > header ? declared : header,
    isPdfA: metadata instanceof PDFRawStream && saysPdfA(metadata),
    pages: document.getPageCount(),
  };
}

// Spec: ISO 19005-1, 6.7.11: the metadata of a PDF/A names its part under this namespace.
function saysPdfA(metadata: PDFRawStream): boolean {
  const xmp = metadataText(metadata);
  return xmp.includes('http://www.aiim.org/pdfa/ns/id/') && /:part\b/.test(xmp);
}

function metadataText(metadata: PDFRawStream): string {
  // By far the most common filter, and a few bytes of it can unpack to gigabytes.
  const isFlate = metadata.dict.lookup(PDFName.of('Filter')) === PDFName.of('FlateDecode');
  try {
    const bytes = isFlate
      ? inflateSync(metadata.getContents(), { maxOutputLength: MAX_METADATA_BYTES })
      : Buffer.from(decodePDFRawStream(metadata).decode());
    return bytes.toString('utf8');
  } catch {
    return '';
  }
}

function namesEncryption(content: Uint8Array): boolean {
  return /\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(Buffer.from(content).toString('latin1'));
}
