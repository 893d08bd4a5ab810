import { createHash } from 'node:crypto';

// `..` is the parent folder, a leading dot hides a file, and Windows drops a trailing dot.
const NOT_KEPT = /^\.|(?<=\.)\.|\.$|[^\p{L}\p{N}_.-]/gu;

/**
 * Encodes a text as one readable path segment. Letters, digits, `_`, `-` and single inner dots stay; other characters
 * become `%XX` of their UTF-8 bytes, so different texts have different names. On case-insensitive file systems names
 * that differ only in case collide: use {@link digestName} there.
 */
export function encodePathName(text: string): string {
  if (text === '') return '%';
  return text.replaceAll(NOT_KEPT, percentEncode);
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
