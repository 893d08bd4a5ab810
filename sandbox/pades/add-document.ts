import { PageSizes, rgb, type PDFDocument, type PDFPage } from '@cantoo/pdf-lib';
import type { StoredDocument } from '../jobs/job.js';
import type { PadesFonts } from './front-page.js';
import { openSource } from './open-source.js';
import { wrap } from './page-text.js';

/**
 * Appends a document's pages unchanged. A PDF that only the sandbox's PDF library cannot read is attached instead, with
 * one page that explains it.
 */
export async function addDocument(
  pdf: PDFDocument,
  document: StoredDocument & { readonly content: Uint8Array; readonly opened?: PDFDocument | undefined },
  fonts: PadesFonts,
): Promise<readonly PDFPage[]> {
  if (document.mediaType === 'text/plain') {
    return addText(pdf, Buffer.from(document.content).toString('utf8'), fonts);
  }
  const pages = await copiedPages(pdf, document);
  if (pages !== undefined) return pages.map((page) => pdf.addPage(page));
  await pdf.attach(document.content, document.name, { mimeType: document.mediaType });
  return addText(pdf, `${NOT_REPRODUCED}\n\n${document.name}\nSHA-256 ${document.sha256}`, fonts);
}

const NOT_REPRODUCED =
  'The sandbox cannot reproduce the pages of this document. It is attached to this file as it was sent.';

async function copiedPages(
  pdf: PDFDocument,
  { content, opened }: { readonly content: Uint8Array; readonly opened?: PDFDocument | undefined },
): Promise<readonly PDFPage[] | undefined> {
  try {
    const source = opened ?? (await openSource(content));
    return await pdf.copyPages(source, source.getPageIndices());
  } catch {
    return undefined;
  }
}

const MARGIN = 56;
const SIZE = 10;
const LEADING = 14;

function addText(pdf: PDFDocument, content: string, fonts: PadesFonts): readonly PDFPage[] {
  const [width, height] = PageSizes.A4;
  const text = content.replace(/^\uFEFF/u, '');
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
