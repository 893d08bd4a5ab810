import { ParseOption, XmlDocument, XmlError, type XmlElement } from 'libxml2-wasm';
import { broken, notChecked } from '../signature-check.js';

const { XML_PARSE_NONET, XML_PARSE_NO_XXE, XML_PARSE_HUGE } = ParseOption;

/**
 * Parses a signed XML file and hands its root to a reader; the document is gone afterwards.
 * @throws SignatureDoubt BROKEN where it is not well-formed, NOT_CHECKED with a document type declaration
 */
export function readSignedXml<T>(xml: Uint8Array, read: (root: XmlElement) => T): T {
  // Entities could make canonical text out of what nobody sees, or memory out of nothing. In UTF-16 none would be found.
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (bytes.includes('<!DOCTYPE') || bytes.subarray(0, 4).some((byte) => byte === 0)) {
    throw notChecked('The XML has a document type declaration or is not UTF-8, so it is not read here.');
  }
  const document = parse(xml);
  try {
    return read(document.root);
  } finally {
    document.dispose();
  }
}

function parse(xml: Uint8Array): XmlDocument {
  try {
    // HUGE: a document of up to 10 MB may stand in one text node as base64.
    return XmlDocument.fromBuffer(xml, {
      option: (XML_PARSE_NONET | XML_PARSE_NO_XXE | XML_PARSE_HUGE) as ParseOption,
    });
  } catch (error) {
    if (error instanceof XmlError) throw broken('It is not well-formed XML, so it is damaged or incomplete.');
    throw error;
  }
}
