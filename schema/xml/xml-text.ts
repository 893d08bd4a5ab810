import { UnreadableXmlError } from './errors.js';

/**
 * Maximum size of a message, in bytes (for a string: UTF-16 units). The largest one that the schema allows (ten
 * signers, twenty documents, every text at full length) is below a tenth of it.
 */
const MAX_MESSAGE_BYTES = 262_144;

const BYTE_ORDER_MARK = '\u{FEFF}';
const DECLARATION = /^<\?xml[ \t\r\n][^?]*\?>/u;
const DECLARED_ENCODING = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]{1,40})["']/u;

/**
 * Decodes a message and removes byte order mark and XML declaration, so that later readers cannot assume another
 * encoding. Bytes are UTF-8, or the encoding in the byte order mark or declaration (UTF-16, ISO-8859-1).
 * @throws UNREADABLE_XML if it is too long or does not match its encoding
 */
export function xmlText(xml: string | Uint8Array): string {
  if (xml.length > MAX_MESSAGE_BYTES) {
    throw new UnreadableXmlError(`it is longer than ${MAX_MESSAGE_BYTES} bytes`);
  }
  const text = typeof xml === 'string' ? xml : decode(xml);
  const withoutMark = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return withoutMark.replace(DECLARATION, '');
}

function decode(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  // TextDecoder treats ISO-8859-1 as windows-1252, which differs in 0x80–0x9F.
  if (encoding === 'iso-8859-1') return Buffer.from(bytes).toString('latin1');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableXmlError(`its bytes are not ${encoding}`, { cause });
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-8859-1' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/u, '');
  const declared = DECLARED_ENCODING.exec(DECLARATION.exec(start)?.[0] ?? '')?.[1]?.toLowerCase();
  switch (declared) {
    case undefined:
    case 'utf-8':
    case 'us-ascii':
      return 'utf-8';
    case 'iso-8859-1':
      return 'iso-8859-1';
    default:
      throw new UnreadableXmlError('its encoding must be UTF-8, UTF-16 or ISO-8859-1');
  }
}
