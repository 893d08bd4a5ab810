import { PageSizes, PDFArray, PDFDict, PDFDocument, PDFName, type PDFPage } from '@cantoo/pdf-lib';

const MEDIA_BOX = PDFName.of('MediaBox');
const COLOR_SPACE = PDFName.of('ColorSpace');

/**
 * Opens a PDF whose pages become pages of the signed document, so that a footer can be drawn on each of them.
 * @throws what the PDF library says of a document or a page that it cannot work with, though readers put up with it
 */
export async function openSource(content: Uint8Array): Promise<PDFDocument> {
  const source = await PDFDocument.load(content, { updateMetadata: false });
  for (const page of source.getPages()) {
    // Spec: ISO 32000-1 demands one; readers use a default page size.
    const box = source.context.lookup(page.node.getInheritableAttribute(MEDIA_BOX));
    if (!(box instanceof PDFArray)) page.setMediaBox(0, 0, ...PageSizes.A4);
    demandDrawable(page);
  }
  return source;
}

/** Reads all that drawing uses, because a page that fails later would fail at each signature. */
function demandDrawable(page: PDFPage): void {
  page.getCropBox();
  if (page.getRotation().angle % 90 !== 0) throw new TypeError('A page is turned by a part of 90 degrees.');
  const { Contents, Resources } = page.node.normalizedEntries();
  Resources.lookupMaybe(COLOR_SPACE, PDFDict);
  const contents: unknown = Contents;
  if (contents !== undefined && !(contents instanceof PDFArray))
    throw new TypeError('The contents of a page are no stream.');
}
