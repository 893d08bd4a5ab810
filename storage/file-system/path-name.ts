import { createHash } from 'node:crypto';

/**
 * Turns any text into one name of a path that a person can still read. Letters, digits, `_`, `-` and single inner
 * dots stay; everything else becomes its UTF-8 bytes as `%XX`, so two texts never get the same name.
 * Names that differ in case only fall together on some disks: see {@link digestName} where that matters.
 */
export function encodePathName(text: string): string {
  if (text === '') return '%';
  return Array.from(text, (character, index) => {
    if (/[\p{L}\p{N}_-]/u.test(character)) return character;
    // `..` leads elsewhere, a leading dot hides a file, and Windows drops a trailing one.
    const innerDot = character === '.' && index > 0 && index < text.length - 1 && text[index - 1] !== '.';
    return innerDot ? character : percentEncode(character);
  }).join('');
}

/** A name of 64 characters for any text, different for different texts on disks that ignore case, too. */
export function digestName(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function percentEncode(character: string): string {
  return Array.from(
    Buffer.from(character, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
