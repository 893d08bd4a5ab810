import type { PDFFont } from '@cantoo/pdf-lib';

/** Font measurements for every line of a text, which may have megabytes. */
interface Letters {
  readonly known: ReadonlySet<number>;
  /** By character, in thousandths of the size. */
  readonly widths: Map<string, number>;
}

const LETTERS = new WeakMap<PDFFont, Letters>();

function lettersOf(font: PDFFont): Letters {
  const letters = LETTERS.get(font) ?? { known: new Set(font.getCharacterSet()), widths: new Map() };
  LETTERS.set(font, letters);
  return letters;
}

/** Text in the characters of a standard font: others become a question mark. */
export function encodable(font: PDFFont, text: string): string {
  const { known } = lettersOf(font);
  return Array.from(text.normalize('NFC'), (character) => {
    if (/\s/u.test(character)) return ' ';
    return known.has(character.codePointAt(0) ?? 0) ? character : '?';
  }).join('');
}

/** Breaks a text into lines that fit a width, in points; breaks words that are wider. */
export function wrap(
  text: string,
  options: { font: PDFFont; size: number; width: number },
): readonly string[] {
  const { font, size, width } = options;
  const room = (width * 1000) / size;
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const end = (): void => {
    lines.push(line);
    line = '';
    used = 0;
  };
  for (const word of encodable(font, text).split(' ')) {
    const longer = widthOf(line === '' ? word : ` ${word}`, font);
    if (used + longer <= room) {
      line = line === '' ? word : `${line} ${word}`;
      used += longer;
      continue;
    }
    if (line !== '') end();
    for (const character of word) {
      const wide = widthOf(character, font);
      if (used + wide > room) end();
      line += character;
      used += wide;
    }
  }
  return [...lines, line];
}

/** In thousandths of the size; without kerning, as it is drawn. */
function widthOf(text: string, font: PDFFont): number {
  const { widths } = lettersOf(font);
  let sum = 0;
  for (const character of text) {
    const width = widths.get(character) ?? font.widthOfTextAtSize(character, 1000);
    widths.set(character, width);
    sum += width;
  }
  return sum;
}
