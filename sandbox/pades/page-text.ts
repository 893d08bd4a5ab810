import type { PDFFont } from '@cantoo/pdf-lib';

/** Text as a standard font can show it: what it has no letter for becomes a question mark. */
export function encodable(font: PDFFont, text: string): string {
  const known = new Set(font.getCharacterSet());
  return Array.from(text.normalize('NFC'), (character) => {
    if (/\s/u.test(character)) return ' ';
    return known.has(character.codePointAt(0) ?? 0) ? character : '?';
  }).join('');
}

/** Breaks a text into lines that fit a width, in points; a word that is wider alone is broken too. */
export function wrap(
  text: string,
  options: { font: PDFFont; size: number; width: number },
): readonly string[] {
  const { font, size, width } = options;
  const fits = (line: string): boolean => font.widthOfTextAtSize(line, size) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of encodable(font, text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (!fits(line + character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line];
}
