import { XmlDocument, XmlLibError } from 'libxml2-wasm';
import { UnreadableXmlError } from './errors.js';

/**
 * Parses an XML text with libxml2; the caller must dispose of the document.
 * @throws UNREADABLE_XML
 */
export function parseWellFormed(text: string): XmlDocument {
  try {
    return XmlDocument.fromString(text);
  } catch (error) {
    // Message and cause are omitted: libxml2 quotes names from the text.
    const line = error instanceof XmlLibError ? error.details[0]?.line : undefined;
    throw new UnreadableXmlError(
      line === undefined ? 'it is not well-formed' : `it is not well-formed in line ${line}`,
    );
  }
}
