import { PdfObjects } from './pdf-objects.js';
import { PdfReference, PdfRefusal, PdfStream, WorkBudget } from './pdf-syntax.js';
import type { PdfDictionary, PdfValue } from './pdf-syntax.js';

/** What is known of a PDF. */
export interface PdfFacts {
  /** Such as `1.4`: the catalog's version where it is later than the header's. */
  readonly version: string;
  /** Whether the file's metadata claims that it is PDF/A. */
  readonly isPdfA: boolean;
  readonly pages: number;
  /** What readers put up with, each one clause. */
  readonly warnings: readonly string[];
}

/** The facts, or what keeps a PDF from being signed: one clause that says what to do. */
export type PdfReading = { readonly facts: PdfFacts } | { readonly problem: string };

// Readers look for the header in the first 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1).
const REACH = 1024;
const NO_PDF = 'is not a PDF; export it as PDF (version 1.1–1.7, or PDF/A)';
const INCOMPLETE = 'is an incomplete PDF, its end is missing; copy or export it again';
const ENCRYPTED = 'is protected with a password, for reading or for changing; remove the protection';
const NO_PAGES = 'is a PDF without pages; export it again';
const NO_CATALOG = 'is a damaged PDF: its catalog cannot be read; export it again';
/** XMP metadata that is longer is not looked at. */
const MAX_METADATA_BYTES = 4 * 2 ** 20;

/**
 * Reads a PDF just far enough to tell whether the service takes it: structure only, by ISO 32000-1 with the defaults
 * and repairs that readers apply. Needs a bounded amount of work whatever the file is.
 */
export function readPdf(content: Uint8Array): PdfReading {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const header = /%PDF-(\d\.\d)/.exec(bytes.toString('latin1', 0, REACH))?.[1];
  if (header === undefined) return { problem: NO_PDF };
  if (!bytes.includes('startxref') && !bytes.includes('%%EOF')) return { problem: INCOMPLETE };
  const budget = new WorkBudget();
  try {
    return { facts: factsOf(bytes, header, budget) };
  } catch (error) {
    if (error instanceof PdfRefusal) return { problem: error.message };
    throw error;
  }
}

/** By the cross-reference, and where that leads astray by scanning. @throws PdfRefusal */
function factsOf(bytes: Buffer, header: string, budget: WorkBudget): PdfFacts {
  const byCrossReference = attempt(() => describe(PdfObjects.byCrossReference(bytes, budget), header));
  if (!(byCrossReference instanceof Error)) return byCrossReference;
  if (byCrossReference instanceof PdfRefusal && byCrossReference.message === ENCRYPTED)
    throw byCrossReference;
  const byScanning = attempt(() => describe(PdfObjects.byScanning(bytes, budget), header));
  if (!(byScanning instanceof Error)) return byScanning;
  throw byScanning instanceof PdfRefusal ? byScanning : new PdfRefusal(NO_CATALOG);
}

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    if (error instanceof PdfRefusal || error instanceof TypeError) return error;
    throw error;
  }
}

function describe(objects: PdfObjects, header: string): PdfFacts {
  if (objects.dictionary(objects.trailer.get('/Encrypt')) !== undefined) throw new PdfRefusal(ENCRYPTED);
  const catalog = objects.dictionary(objects.trailer.get('/Root'));
  const root = catalog === undefined ? undefined : objects.dictionary(catalog.get('/Pages'));
  if (catalog === undefined || root === undefined) throw new PdfRefusal(NO_CATALOG);
  const pages = countPages(objects, catalog.get('/Pages'));
  if (pages === 0) throw new PdfRefusal(NO_PAGES);
  const declared = objects.find(catalog.get('/Version')).value;
  const later = typeof declared === 'string' && /^\/\d\.\d$/.test(declared) ? declared.slice(1) : header;
  const count = objects.number(root.get('/Count'));
  return {
    version: later > header ? later : header,
    isPdfA: saysPdfA(objects, catalog.get('/Metadata')),
    pages,
    warnings: count === pages ? [] : [`has ${pages} pages and declares ${count ?? 'none'}`],
  };
}

/** Walks the page tree by its structure, as readers do: `/Kids` makes a node, whatever `/Type` says. */
function countPages(objects: PdfObjects, root: PdfValue): number {
  const seen = new Set<number>();
  const waiting: PdfValue[] = [root];
  let pages = 0;
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node instanceof PdfReference) {
      if (seen.has(node.number)) throw damagedPage(pages, 'stands in the page tree twice');
      seen.add(node.number);
    }
    const found = attempt(() => objects.find(node));
    if (found instanceof PdfRefusal) throw found;
    if (found instanceof Error) throw damagedPage(pages, 'cannot be read');
    const { value, complete } = found;
    if (!(value instanceof Map)) throw damagedPage(pages, 'is missing');
    const kids = objects.find((value as PdfDictionary).get('/Kids')).value;
    if (Array.isArray(kids)) {
      // Arguments lie on the stack, which hundreds of thousands of kids overrun.
      for (const kid of (kids as readonly PdfValue[]).toReversed()) waiting.push(kid);
    } else {
      // The root is no page, and a page counts no pages: these have lost their kids.
      const hasLostKids = node === root || value.get('/Type') === '/Pages' || value.has('/Count');
      if (hasLostKids) throw damagedPage(pages, 'cannot be found');
      if (!complete) throw damagedPage(pages, 'is cut off');
      pages += 1;
    }
  }
  return pages;
}

function damagedPage(before: number, what: string): PdfRefusal {
  return new PdfRefusal(`is a damaged PDF: page ${before + 1} ${what}; export it again`);
}

// Spec: ISO 19005-1, 6.7.11: the metadata of a PDF/A names its part under this namespace.
function saysPdfA(objects: PdfObjects, metadata: PdfValue): boolean {
  const text = attempt(() => {
    const { value } = objects.find(metadata);
    if (!(value instanceof PdfStream)) return '';
    const bytes = objects.unpack(value, MAX_METADATA_BYTES);
    return bytes.toString('utf8');
  });
  return typeof text === 'string' && text.includes('http://www.aiim.org/pdfa/ns/id/') && /:part\b/.test(text);
}
