import { PageSizes, PDFArray, PDFDict, PDFDocument, PDFName, type PDFPage } from '@cantoo/pdf-lib';

const MEDIA_BOX = PDFName.of('MediaBox');
const COLOR_SPACE = PDFName.of('ColorSpace');

/**
 * Opens a PDF whose pages become pages of the signed document, so that a footer can be drawn on each of them.
 * @throws the error of the PDF library for a document or page that it cannot process, although readers accept it
 */
export async function openSource(content: Uint8Array): Promise<PDFDocument> {
  const source = await PDFDocument.load(content, { updateMetadata: false });
  for (const page of source.getPages()) {
    // Spec: ISO 32000-1 requires one; readers use a default page size.
    const box = source.context.lookup(page.node.getInheritableAttribute(MEDIA_BOX));
    if (!(box instanceof PDFArray)) page.setMediaBox(0, 0, ...PageSizes.A4);
    demandDrawable(page);
  }
  return source;
}

/** Reads everything that drawing needs, because a page that fails later would fail at each signature. */
function demandDrawable(page: PDFPage): void {
  page.getCropBox();
  if (page.getRotation().angle % 90 !== 0)
    throw new TypeError('The rotation of a page is not a multiple of 90 degrees.');
  const { Contents, Resources } = page.node.normalizedEntries();
  Resources.lookupMaybe(COLOR_SPACE, PDFDict);
  const contents: unknown = Contents;
  if (contents !== undefined && !(contents instanceof PDFArray))
    throw new TypeError('The contents of a page are not a stream.');
}
