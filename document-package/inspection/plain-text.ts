import { isUtf8 } from 'node:buffer';

/** Control characters other than tab, line feed, form feed and carriage return. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/u;

/** Why a plain text cannot be sent: it is not UTF-8, or contains control characters. */
export function whatIsWrongWithText(content: Uint8Array): string | undefined {
  if (isUtf16(content)) {
    return 'is UTF-16 text: save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`';
  }
  if (!isUtf8(content)) {
    const place = firstBadByte(content);
    const byte = (content[place] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return (
      `is not UTF-8 text: byte ${place + 1} is 0x${byte}; ` +
      'save it as UTF-8, or convert it with `iconv -f ISO-8859-1 -t UTF-8` (name its current encoding after -f)'
    );
  }
  const control = CONTROL.exec(
    Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8'),
  );
  if (control === null) return undefined;
  const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `is not plain text: it contains the control character U+${code}; save it as plain text in UTF-8`;
}

/** Detects UTF-16 by its byte order mark. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Binary search: a prefix is sound if it is UTF-8 except for a truncated character at its end. */
function firstBadByte(content: Uint8Array): number {
  const isSound = (length: number) =>
    [0, 1, 2, 3].some((cut) => cut <= length && isUtf8(content.subarray(0, length - cut)));
  let [sound, bad] = [0, content.length];
  while (bad - sound > 1) {
    const middle = (sound + bad) >> 1;
    if (isSound(middle)) sound = middle;
    else bad = middle;
  }
  // The invalid character begins at most three bytes earlier.
  for (let begin = Math.max(sound - 3, 0); begin <= sound; begin += 1) {
    if (isUtf8(content.subarray(0, begin)) && !hasSoundCharacterAt(content, begin)) return begin;
  }
  return sound;
}

function hasSoundCharacterAt(content: Uint8Array, begin: number): boolean {
  return [1, 2, 3, 4].some(
    (length) => begin + length <= content.length && isUtf8(content.subarray(begin, begin + length)),
  );
}
