import { PageSizes, PDFDocument, rgb, type PDFPage } from '@cantoo/pdf-lib';
import type { StoredDocument } from '../jobs/job.js';
import type { PadesFonts } from './front-page.js';
import { wrap } from './page-text.js';

/** Adds a document's pages at the end, as they are. */
export async function addDocument(
  pdf: PDFDocument,
  document: StoredDocument & { readonly content: Uint8Array },
  fonts: PadesFonts,
): Promise<readonly PDFPage[]> {
  if (document.mediaType === 'text/plain') return addText(pdf, document.content, fonts);
  const source = await PDFDocument.load(document.content, { updateMetadata: false });
  const pages = await pdf.copyPages(source, source.getPageIndices());
  return pages.map((page) => pdf.addPage(page));
}

const MARGIN = 56;
const SIZE = 10;
const LEADING = 14;

function addText(pdf: PDFDocument, content: Uint8Array, fonts: PadesFonts): readonly PDFPage[] {
  const [width, height] = PageSizes.A4;
  const text = Buffer.from(content)
    .toString('utf8')
    .replace(/^\uFEFF/u, '');
  const lines = text
    .split(/\r\n|\r|\n/u)
    .flatMap((line) => wrap(line, { font: fonts.regular, size: SIZE, width: width - 2 * MARGIN }));
  const perPage = Math.floor((height - 2 * MARGIN) / LEADING);
  const pages: PDFPage[] = [];
  for (let first = 0; first < Math.max(lines.length, 1); first += perPage) {
    const page = pdf.addPage(PageSizes.A4);
    for (const [index, line] of lines.slice(first, first + perPage).entries()) {
      const y = height - MARGIN - (index + 1) * LEADING;
      page.drawText(line, { x: MARGIN, y, size: SIZE, font: fonts.regular, color: rgb(0, 0, 0) });
    }
    pages.push(page);
  }
  return pages;
}
