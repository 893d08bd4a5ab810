import { UnreadableXmlError } from './errors.js';

const PREDEFINED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Spec: XML 1.0, production [2] Char. */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** True if XML can represent the text: no control characters, no lone surrogates. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN_CHARACTER.test(text);
}

/**
 * Resolves `&amp;`, `&#229;` and similar references. Entities declared by a document are not supported.
 * @throws UNREADABLE_XML for any other entity, and for a character that XML does not allow
 */
export function resolveCharacterReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&([^;&]{0,12});?/gu, (reference, name: string) => {
    if (!reference.endsWith(';'))
      throw new UnreadableXmlError('it contains an & that does not begin a reference');
    const character = PREDEFINED.get(name) ?? numericReference(name);
    if (character === undefined)
      throw new UnreadableXmlError('it refers to an entity, which no message needs');
    return character;
  });
}

function numericReference(name: string): string | undefined {
  const digits = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/u.exec(name);
  if (digits === null) return undefined;
  const codePoint = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  if (codePoint > 0x10_ff_ff || !isXmlText(String.fromCodePoint(codePoint))) {
    throw new UnreadableXmlError('it refers to a character that XML does not allow');
  }
  return String.fromCodePoint(codePoint);
}
