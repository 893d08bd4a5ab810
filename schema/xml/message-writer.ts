import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { isXmlText } from './character-references.js';
import { InvalidMessageError } from './errors.js';
import { SIGNATURE_NAMESPACE } from './namespace.js';
import { validateMessage } from './validate-message.js';

/** Writes an element. */
export interface ElementWriter {
  /** Adds a child with text, with the content that the callback writes, or empty. */
  element(name: string, content?: string | ((child: ElementWriter) => void)): ElementWriter;
  /** Adds a child unless `text` is undefined. */
  optional(name: string, text: string | undefined): ElementWriter;
  /** Adds an attribute unless `value` is undefined. */
  attribute(name: string, value: string | undefined): ElementWriter;
  text(text: string): ElementWriter;
}

/**
 * Writes a message as UTF-8 XML and validates it.
 * @throws INVALID_MESSAGE
 */
export function writeMessage(rootName: string, fill: (root: ElementWriter) => void): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(SIGNATURE_NAMESPACE, rootName);
  fill(writerOf(root, rootName));
  // An unescaped carriage return would be read as a line feed (XML 1.0, 2.11).
  const xml = root.end().replaceAll('\r', '&#13;');
  validateMessage(xml);
  return xml;
}

function writerOf(node: XMLBuilder, path: string): ElementWriter {
  const writer: ElementWriter = {
    element: (name, content) => {
      const child = node.ele(SIGNATURE_NAMESPACE, name);
      const childWriter = writerOf(child, `${path}/${name}`);
      if (typeof content === 'string') childWriter.text(content);
      else content?.(childWriter);
      return writer;
    },
    optional: (name, text) => (text === undefined ? writer : writer.element(name, text)),
    attribute: (name, value) => {
      if (value !== undefined) node.att(name, writable(value, `${path}/@${name}`));
      return writer;
    },
    text: (text) => {
      node.txt(writable(text, path));
      return writer;
    },
  };
  return writer;
}

function writable(text: string, path: string): string {
  // The builder does not escape the ampersand of text such as `&lt;`, so it is escaped here.
  if (isXmlText(text)) return text.replaceAll('&', '&amp;');
  throw new InvalidMessageError([{ path, message: 'contains a character that XML cannot represent' }]);
}
