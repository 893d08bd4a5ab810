import { PDFDocument, PDFName } from '@cantoo/pdf-lib';

/** A PDF of one page, with XMP metadata if one of the PDF/A options is set. */
export async function makePdf(
  options: { readonly catalogVersion?: string; readonly pdfAPart?: number; readonly pdfAClaim?: string } = {},
): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage().drawText('Avtale', { x: 50, y: 700 });
  if (options.catalogVersion !== undefined) {
    document.catalog.set(PDFName.of('Version'), PDFName.of(options.catalogVersion));
  }
  const { pdfAPart, pdfAClaim = pdfAPart === undefined ? undefined : `pdfaid:part="${pdfAPart}"/>` } =
    options;
  if (pdfAClaim !== undefined) {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" ${pdfAClaim}` +
      '</rdf:RDF></x:xmpmeta>';
    const stream = document.context.flateStream(xmp, { Type: 'Metadata', Subtype: 'XML' });
    document.catalog.set(PDFName.of('Metadata'), document.context.register(stream));
  }
  return await document.save();
}
