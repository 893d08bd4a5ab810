/** A table row as its cells, trimmed. */
export type Row = readonly string[];

/** The rows of every table under a heading, without the head rows. */
export function tableRowsUnder(markdown: string, heading: string): readonly Row[] {
  return tableRows(sectionUnder(markdown, heading));
}

/** The rows of every table in a text, without the head rows. */
export function tableRows(markdown: string): readonly Row[] {
  const lines = markdown.split('\n');
  return lines
    .filter((line, index) => {
      if (!line.startsWith('|') || isRule(line)) return false;
      return !isRule(lines[index + 1] ?? '');
    })
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The text under a heading, up to the next one of the same or a higher level. */
export function sectionUnder(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const level = heading.indexOf(' ');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The words that stand in backticks in a text. */
export function codeWords(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}

/** The contents of the fenced code blocks of a language. */
export function codeBlocks(markdown: string, language: string): readonly string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...markdown.matchAll(fences)].map(([, block]) => block ?? '');
}

/** The anchor that a heading gets on code hosting sites. */
export function anchorOf(headingText: string): string {
  return headingText
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function isRule(line: string): boolean {
  return /^\|(\s*:?-+:?\s*\|)+$/.test(line);
}
