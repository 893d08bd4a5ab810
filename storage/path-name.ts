import { createHash } from 'node:crypto';

/**
 * Encodes a text as one readable path segment. Letters, digits, `_`, `-` and single inner dots stay; other characters
 * become `%XX` of their UTF-8 bytes, so different texts have different names. On case-insensitive file systems names
 * that differ only in case collide: use {@link digestName} there.
 */
export function encodePathName(text: string): string {
  if (text === '') return '%';
  return Array.from(text, (character, index) => {
    if (/[\p{L}\p{N}_-]/u.test(character)) return character;
    // `..` is the parent folder, a leading dot hides a file, and Windows drops a trailing dot.
    const innerDot = character === '.' && index > 0 && index < text.length - 1 && text[index - 1] !== '.';
    return innerDot ? character : percentEncode(character);
  }).join('');
}

/** A name of 64 characters, unique for each text even on case-insensitive file systems. */
export function digestName(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function percentEncode(character: string): string {
  return Array.from(
    Buffer.from(character, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
