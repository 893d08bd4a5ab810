import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A text as it looks inside base64, after any other text: the characters that depend on nothing else. */
function base64FormsOf(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + Buffer.byteLength(text)) * 8) / 6);
    return encoded.slice(start, end);
  });
}

/** A text as it may stand in clear: as it is, in base64, and in a URL. */
export function formsOf(text: string): readonly string[] {
  return [text, Buffer.from(text).toString('latin1'), encodeURIComponent(text), ...base64FormsOf(text)];
}

/** The forms of a text that stand in a database, with the files beside it (its log). */
export function foundIn(databaseFile: string, text: string): readonly string[] {
  const folder = dirname(databaseFile);
  const files = readdirSync(folder).filter((name) => join(folder, name).startsWith(databaseFile));
  const content = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
  return formsOf(text).filter((form) => content.includes(form));
}

/** The names of the files in a folder that hold any of the texts. */
export function filesWith(folder: string, texts: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter(({ parentPath, name }) => {
      const content = readFileSync(join(parentPath, name));
      return texts.some((text) => formsOf(text).some((form) => content.includes(form)));
    })
    .map(({ name }) => name);
}
