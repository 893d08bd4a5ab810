import { ParseOption, XmlDocument, XmlError, type XmlElement } from 'libxml2-wasm';
import { SignatureDoubt } from '../signature-check.js';

const { XML_PARSE_NONET, XML_PARSE_NO_XXE } = ParseOption;

/**
 * Parses a signed XML file and hands its root to a reader; the document is gone afterwards.
 * @throws SignatureDoubt BROKEN where it is not well-formed, NOT_CHECKED with a document type declaration
 */
export function readSignedXml<T>(xml: Uint8Array, read: (root: XmlElement) => T): T {
  // Entities could make canonical text out of what nobody sees, or memory out of nothing. In UTF-16 none would be found.
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (bytes.includes('<!DOCTYPE') || bytes.subarray(0, 4).some((byte) => byte === 0)) {
    throw new SignatureDoubt(
      'XADES_NOT_READ',
      'The XML has a document type declaration or is not UTF-8, so it is not read here.',
    );
  }
  const document = parse(xml);
  try {
    return read(document.root);
  } finally {
    document.dispose();
  }
}

// Without XML_PARSE_HUGE: an element in another, some thousand times, would overrun the stack of libxml2 and leave it
// unusable for the rest of the process.
function parse(xml: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(xml, { option: (XML_PARSE_NONET | XML_PARSE_NO_XXE) as ParseOption });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const tooMuch = /huge|excessive|too (?:deep|long|large|many|big)|limit/i.test(error.message);
    throw tooMuch
      ? new SignatureDoubt(
          'XADES_NOT_READ',
          'The XML is nested too deep or has too long a text to be read here.',
        )
      : new SignatureDoubt(
          'XADES_NOT_WELL_FORMED',
          'It is not well-formed XML, so it is damaged or incomplete.',
        );
  }
}
