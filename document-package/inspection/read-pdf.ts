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

// Readers look for header and end in the first and last 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1 and 3.4.4).
const REACH = 1024;
const NO_PDF = 'is not a PDF; export it as PDF (version 1.1–1.7, or PDF/A)';
const DAMAGED = 'is a damaged PDF; export it again';
const INCOMPLETE = 'is an incomplete PDF, its end is missing; copy or export it again';
const ENCRYPTED = 'is protected with a password, for reading or for changing; remove the protection';

/** Reads a PDF just far enough to tell whether the service takes it. */
export async function readPdf(content: Uint8Array): Promise<PdfReading> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const header = /%PDF-(\d\.\d)/.exec(bytes.subarray(0, REACH).toString('latin1'))?.[1];
  if (header === undefined) return { problem: NO_PDF };
  if (!bytes.subarray(-REACH).includes('%%EOF')) return { problem: INCOMPLETE };
  try {
    const document = await PDFDocument.load(content, { ignoreEncryption: true, updateMetadata: false });
    if (document.isEncrypted) return { problem: ENCRYPTED };
    const facts = factsOf(document, header);
    return facts.pages === 0 ? { problem: 'is a PDF without pages; export it again' } : { facts };
  } catch {
    // Where even the catalog is encrypted, nothing can be parsed; the trailer says so in the clear.
    return { problem: namesEncryption(bytes) ? ENCRYPTED : DAMAGED };
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
  const xmp = Buffer.from(decodePDFRawStream(metadata).decode()).toString('utf8');
  return xmp.includes('http://www.aiim.org/pdfa/ns/id/') && /:part\b/.test(xmp);
}

function namesEncryption(bytes: Buffer): boolean {
  return /\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(bytes.toString('latin1'));
}
