import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';

// A4 portrait, in points.
const WIDTH = 595.28;
const HEIGHT = 841.89;
const MARGIN = 72;
const INK = rgb(0.13, 0.15, 0.19);
const ACCENT = rgb(0.76, 0.07, 0.12);
const LINE = 16;

const CLAUSES = [
  [
    'The boat',
    'The parties own the rowing boat "Havørn" together, one third each, with oars, anchor and the boat house ' +
      'at Nesset. No party sells their third without offering it to the other two first.',
  ],
  [
    'Use',
    'Each party has the boat every third week, from Monday at noon. Weeks may be swapped by word of mouth. ' +
      'A party who catches more than they can eat shares with the others.',
  ],
  [
    'Upkeep',
    'The boat is scraped, oiled and painted together on the last Saturday of April. Costs are shared equally. ' +
      'The party who was late last year brings the coffee.',
  ],
  [
    'Term',
    'This agreement holds from the day on which all have signed it, and until one of the parties ends it in ' +
      'writing with three months’ notice.',
  ],
] as const;

/** Makes an agreement that three people could sign: one A4 page, PDF 1.7. */
export async function makeAgreement(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setTitle('Agreement on a shared boat');
  document.setLanguage('en');
  const page = document.addPage([WIDTH, HEIGHT]);
  const serif = await document.embedFont(StandardFonts.TimesRoman);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  page.drawRectangle({ x: MARGIN, y: HEIGHT - 88, width: 40, height: 4, color: ACCENT });
  page.drawText('Agreement on a shared boat', {
    x: MARGIN,
    y: HEIGHT - 122,
    size: 24,
    font: bold,
    color: INK,
  });
  let y = drawParagraph({
    page,
    font: serif,
    y: HEIGHT - 160,
    text: 'Between Kari Nordmann, Ola Nordmann and Siv Sandvik, who have known each other for a long time.',
  });
  for (const [index, [heading, text]] of CLAUSES.entries()) {
    y -= 14;
    page.drawText(`${index + 1}  ${heading}`, { x: MARGIN, y, size: 12, font: bold, color: INK });
    y = drawParagraph({ page, font: serif, y: y - 20, text });
  }
  page.drawText('Made for a demonstration. The people in it do not exist.', {
    x: MARGIN,
    y: 56,
    size: 9,
    font: serif,
    color: rgb(0.45, 0.47, 0.5),
  });
  return document.save();
}

interface ParagraphOptions {
  readonly page: PDFPage;
  readonly font: PDFFont;
  /** Y coordinate of the first line. */
  readonly y: number;
  readonly text: string;
}

/** Draws a paragraph and returns the y coordinate of the next line. */
function drawParagraph({ page, font, y, text }: ParagraphOptions): number {
  const size = 11.5;
  let line = '';
  let at = y;
  const draw = (): void => {
    page.drawText(line, { x: MARGIN, y: at, size, font, color: INK });
    at -= LINE;
  };
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (font.widthOfTextAtSize(longer, size) > WIDTH - 2 * MARGIN) {
      draw();
      line = word;
    } else {
      line = longer;
    }
  }
  draw();
  return at;
}
