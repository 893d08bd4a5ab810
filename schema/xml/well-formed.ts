import { XmlDocument, XmlLibError } from 'libxml2-wasm';
import { UnreadableXmlError } from './errors.js';

/**
 * libxml2's judgement of an XML text; the caller disposes of the document.
 * @throws UNREADABLE_XML
 */
export function parseWellFormed(text: string): XmlDocument {
  try {
    return XmlDocument.fromString(text);
  } catch (error) {
    // Neither message nor cause is passed on: libxml2 quotes names out of the text.
    const line = error instanceof XmlLibError ? error.details[0]?.line : undefined;
    throw new UnreadableXmlError(
      line === undefined ? 'it is not well-formed' : `it is not well-formed in line ${line}`,
    );
  }
}
