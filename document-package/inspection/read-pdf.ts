import type { Problem } from '@signering/schema';
import { PdfObjects } from './pdf-objects.js';
import { PdfReference, PdfRefusal, type PdfValue } from './pdf-syntax.js';

/** Facts about a PDF. */
export interface PdfFacts {
  /** Such as `1.4`: the catalog's version if it is later than the header's. */
  readonly version: string;
  /** Whether the file's metadata claims that it is PDF/A. */
  readonly isPdfA: boolean;
  /** Part and conformance level that the metadata claims, such as `2B` or `4`. Absent for other claims. */
  readonly pdfaLevel?: string;
  readonly pages: number;
  /** Deviations that readers tolerate, each as one clause. */
  readonly warnings: readonly string[];
}

/** What is wrong with one document, without its name. */
export type DocumentProblem = Required<Omit<Problem, 'path'>>;

const DAMAGED: DocumentProblem = {
  reason: 'PDF_DAMAGED',
  message: 'is a damaged PDF: its catalog cannot be read; export it again',
};
/** Limit of bytes parsed and unpacked. The largest of 2,454 public files needs a quarter of it. */
const MAX_WORK = 60_000_000;

/**
 * Reads a PDF just far enough to decide whether the service accepts it: structure only, by ISO 32000-1, with the
 * defaults and repairs that readers apply. Work is bounded for any file. A problem is one clause with the cause and
 * the next step.
 */
export function readPdf(
  content: Uint8Array,
): { readonly facts: PdfFacts } | { readonly problem: DocumentProblem } {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  // Readers search for the header in the first 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1).
  const header = /%PDF-(\d\.\d)/.exec(text.slice(0, 1024))?.[1];
  if (header === undefined) {
    const message = 'is not a PDF; export it as PDF (version 1.1–1.7, or PDF/A)';
    return { problem: { reason: 'NOT_PDF', message } };
  }
  if (!text.includes('startxref') && !text.includes('%%EOF')) {
    const message = 'is an incomplete PDF, its end is missing; copy or export it again';
    return { problem: { reason: 'PDF_DAMAGED', message } };
  }
  const budget = { left: MAX_WORK };
  let problem: DocumentProblem = DAMAGED;
  // If the cross-reference is faulty, the file is scanned.
  for (const way of ['readSections', 'scan'] as const) {
    try {
      const objects = new PdfObjects(text, budget);
      objects[way]();
      return { facts: describe(objects, header) };
    } catch (error) {
      if (!(error instanceof PdfRefusal || error instanceof TypeError)) throw error;
      problem = error instanceof PdfRefusal ? { reason: error.reason, message: error.message } : DAMAGED;
      if (problem.reason === 'PDF_PROTECTED') break;
    }
  }
  return { problem };
}

/** @throws PdfRefusal; TypeError for unreadable parts */
function describe(objects: PdfObjects, header: string): PdfFacts {
  if (objects.dictionary(objects.trailer.get('/Encrypt'))) {
    const message = 'is protected with a password, against reading or changing; remove the protection';
    throw new PdfRefusal('PDF_PROTECTED', message);
  }
  const catalog = objects.dictionary(objects.trailer.get('/Root'));
  const root = objects.dictionary(catalog?.get('/Pages'));
  if (catalog === undefined || root === undefined) throw new TypeError('There is no catalog.');
  const pages = countPages(objects, catalog.get('/Pages'));
  if (pages === 0) throw new PdfRefusal('PDF_WITHOUT_PAGES', 'is a PDF without pages; export it again');
  const declared = objects.find(catalog.get('/Version'));
  const later = typeof declared === 'string' && /^\/\d\.\d$/.test(declared) ? declared.slice(1) : header;
  const count = objects.find(root.get('/Count'));
  const declares = typeof count === 'number' ? count : 'none';
  return {
    version: later > header ? later : header,
    ...claimedPdfA(objects, catalog.get('/Metadata')),
    pages,
    warnings: count === pages ? [] : [`has ${pages} pages but declares ${declares}`],
  };
}

/** Walks the page tree as readers do: `/Kids` makes a node, regardless of `/Type`. */
function countPages(objects: PdfObjects, root: PdfValue): number {
  /** Ancestors of the current node: a page may occur twice in the tree, but a node cannot be its own descendant. */
  const above = new Set<number>();
  const waiting: (PdfValue | (() => void))[] = [root];
  let pages = 0;
  const damaged = (what: string) =>
    new PdfRefusal('PDF_DAMAGED', `is a damaged PDF: page ${pages + 1} ${what}; export it again`);
  while (waiting.length > 0) {
    const node = waiting.pop();
    objects.charge(32);
    if (typeof node === 'function') {
      node();
      continue;
    }
    const number = node instanceof PdfReference ? node.number : -1;
    if (above.has(number)) throw damaged('is part of a loop in the page tree');
    const value = objects.attempt(() => objects.dictionary(node), null);
    if (value === null) throw damaged('cannot be read');
    if (value === undefined) throw damaged('is missing');
    const kids = objects.find(value.get('/Kids'));
    if (Array.isArray(kids)) {
      if (number >= 0) {
        above.add(number);
        waiting.push(() => above.delete(number));
      }
      // Spreading the kids as arguments would overflow the stack for hundreds of thousands of them.
      for (const kid of kids.toReversed()) waiting.push(kid);
      continue;
    }
    // A leaf that is the root, is typed `/Pages` or has `/Count` is a node that lost its kids.
    const hasLostKids = node === root || value.get('/Type') === '/Pages' || value.has('/Count');
    if (hasLostKids) throw damaged('cannot be found');
    if (!value.isComplete) throw damaged('is cut off');
    pages += 1;
  }
  return pages;
}

// Spec: ISO 19005-1, 6.7.11: the metadata of a PDF/A names its part and conformance level in this namespace.
function claimedPdfA(objects: PdfObjects, metadata: PdfValue): Pick<PdfFacts, 'isPdfA' | 'pdfaLevel'> {
  const read = () => objects.unpack(objects.find(metadata), 4 * 2 ** 20).content.toString('utf8');
  const text = objects.attempt(read, '');
  const isPdfA = text.includes('http://www.aiim.org/pdfa/ns/id/') && /:part\b/.test(text);
  const [, part] = (isPdfA && CLAIMED_PART.exec(text)) || [];
  const [, conformance = ''] = CLAIMED_CONFORMANCE.exec(text) ?? [];
  return { isPdfA, ...(part !== undefined && { pdfaLevel: `${part}${conformance.toUpperCase()}` }) };
}

// As an attribute, `pdfaid:part="2"`, or as an element, `<pdfaid:part>2<`.
const CLAIMED_PART = /:part\s*(?:=\s*["']|>)\s*([1-4])\s*["'<]/u;
const CLAIMED_CONFORMANCE = /:conformance\s*(?:=\s*["']|>)\s*([ABEFUabefu])\s*["'<]/u;
