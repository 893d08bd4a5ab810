import { isUtf8 } from 'node:buffer';

/** Control characters other than tab, line feed, form feed and carriage return: not text. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/u;

/** What keeps a plain text from being sent: it is not UTF-8, or holds control characters. */
export function whatIsWrongWithText(content: Uint8Array): string | undefined {
  if (isUtf16(content)) {
    return 'is text in UTF-16, not in UTF-8: save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`';
  }
  if (!isUtf8(content)) {
    const place = firstBadByte(content);
    const byte = (content[place] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return (
      `is not UTF-8 text: byte ${place + 1} is 0x${byte}; ` +
      'save it as UTF-8, or convert it with `iconv -f ISO-8859-1 -t UTF-8` (its present encoding behind -f)'
    );
  }
  const control = CONTROL.exec(
    Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8'),
  );
  if (control === null) return undefined;
  const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `is not plain text: it holds the control character U+${code}; save it as plain text in UTF-8`;
}

/** By the byte order mark that programs write in front of it. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Halves the search: what is UTF-8 up to a place but for a character cut off there is UTF-8 before it. */
function firstBadByte(content: Uint8Array): number {
  const isSound = (length: number) =>
    [0, 1, 2, 3].some((cut) => cut <= length && isUtf8(content.subarray(0, length - cut)));
  let [sound, bad] = [0, content.length];
  while (bad - sound > 1) {
    const middle = (sound + bad) >> 1;
    if (isSound(middle)) sound = middle;
    else bad = middle;
  }
  // The character that does not end well begins at most three bytes before.
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
