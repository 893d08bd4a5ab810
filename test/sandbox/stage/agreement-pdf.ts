import { PageSizes, PDFDocument, StandardFonts, degrees } from '@cantoo/pdf-lib';

/** A real PDF to sign, with pages of different sizes and rotations. */
export async function agreementPdf(
  options: { readonly text?: string; readonly rotations?: readonly number[] } = {},
): Promise<Uint8Array> {
  const { text = 'Avtale om levering av grønne epler', rotations = [0] } = options;
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.TimesRoman);
  for (const rotation of rotations) {
    const page = pdf.addPage(PageSizes.A4);
    page.drawText(text, { x: 70, y: 740, size: 20, font });
    page.drawText(`Siden er snudd ${rotation} grader.`, { x: 70, y: 60, size: 12, font });
    page.setRotation(degrees(rotation));
  }
  return await pdf.save();
}
