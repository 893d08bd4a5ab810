import { ParseOption, XmlDocument, XmlError, type XmlElement } from 'libxml2-wasm';
import { SignatureDoubt } from '../signature-check.js';

const { XML_PARSE_NONET, XML_PARSE_NO_XXE } = ParseOption;

/** A real signature file has a few hundred elements; collecting the Ids of a million would take minutes. */
const MAX_TAGS = 50_000;

/**
 * Parses a signed XML file and passes its root to a reader; the document is disposed afterwards.
 * @throws SignatureDoubt BROKEN if it is not well-formed, NOT_CHECKED if its size or form is unsupported
 */
export function readSignedXml<T>(xml: Uint8Array, read: (root: XmlElement) => T): T {
  // Entities could add invisible content to canonical text, or exhaust memory. They cannot be detected in UTF-16.
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (bytes.includes('<!DOCTYPE') || bytes.subarray(0, 4).some((byte) => byte === 0)) {
    throw notRead('The XML has a document type declaration or is not UTF-8, so it is not read here.');
  }
  requireFewTags(bytes);
  const document = parse(bytes);
  try {
    return read(document.root);
  } finally {
    document.dispose();
  }
}

// Without XML_PARSE_HUGE: thousands of nested elements would overflow the stack of libxml2 and leave it unusable for
// this process.
function parse(xml: Buffer): XmlDocument {
  try {
    return XmlDocument.fromBuffer(xml, { option: (XML_PARSE_NONET | XML_PARSE_NO_XXE) as ParseOption });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const tooMuch = /huge|excessive|too (?:deep|long|large|many|big)|limit/i.test(error.message);
    if (tooMuch) throw notRead('The XML is nested too deep or has too long a text to be read here.');
    if (!isDeclarationRead(xml))
      throw notRead('The XML declares an encoding or version that is not read here.');
    throw new SignatureDoubt(
      'XADES_NOT_WELL_FORMED',
      'It is not well-formed XML, so it is damaged or incomplete.',
    );
  }
}

/** Whether the XML declaration is supported; true if there is none. */
function isDeclarationRead(xml: Buffer): boolean {
  const declaration = /^(?:\xef\xbb\xbf)?<\?xml\s[^<>]{1,200}\?>/u.exec(xml.toString('latin1', 0, 300))?.[0];
  if (declaration === undefined) return true;
  try {
    XmlDocument.fromBuffer(Buffer.from(`${declaration}<a/>`, 'latin1')).dispose();
    return true;
  } catch {
    return false;
  }
}

function requireFewTags(xml: Buffer): void {
  let tags = 0;
  for (let position = xml.indexOf('<'); position >= 0; position = xml.indexOf('<', position + 1)) {
    tags += 1;
    if (tags > MAX_TAGS) throw notRead('The XML has too many elements to be read here.');
  }
}

function notRead(reason: string): SignatureDoubt {
  return new SignatureDoubt('XADES_NOT_READ', reason);
}
