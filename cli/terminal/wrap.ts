import stringWidth from 'string-width';

/** Blanks in a point in time, before a digest and in a command to copy do not separate words. */
const WORD = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?\S*|sha256 [0-9a-f]{64}|npx signering .*$|\S+/gu;

/**
 * Wraps text at blanks into lines of at most `width` characters; a longer word, such as a digest or a path, gets a
 * separate line.
 */
export function wrap(text: string, width: number): readonly string[] {
  return wrapWords(
    [...text.matchAll(WORD)].map(([word]) => ({ before: ' ', word })),
    width,
  );
}

/** Wraps one output line if it is too long; continuation lines are indented. */
export function wrapLine(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const [indent = ''] = /^ */u.exec(line) ?? [];
  const hanging = `${indent}  `;
  const words = [...line.slice(indent.length).matchAll(WORD)].map(({ 0: word, index, input }) => ({
    // Preserves the spacing of columns within a line.
    before: / *$/u.exec(input.slice(0, index))?.[0] ?? '',
    word,
  }));
  return wrapWords(words, columns - hanging.length).map((text, index) =>
    index === 0 ? `${indent}${text}` : `${hanging}${text}`,
  );
}

interface Word {
  /** The blanks before the word, if the previous word is on the same line. */
  readonly before: string;
  readonly word: string;
}

function wrapWords(words: readonly Word[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const { before, word } of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + before.length + widthOf(word) <= width) {
      lines[lines.length - 1] = `${last}${before}${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** In terminal columns: colours occupy none, and wide characters such as 漢 two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Pads a text with blanks to a width in columns. */
export function padTo(width: number, text: string): string {
  return text + ' '.repeat(Math.max(width - widthOf(text), 0));
}
