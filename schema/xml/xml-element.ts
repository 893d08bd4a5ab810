import { XMLParser } from 'fast-xml-parser';
import { resolveCharacterReferences } from './character-references.js';
import { SIGNATURE_NAMESPACE } from './namespace.js';
import { refuseDangerousXml } from './refuse-dangerous-xml.js';
import { UnreadableXmlError } from './errors.js';
import { parseWellFormed } from './well-formed.js';
import { xmlText } from './xml-text.js';

/** A parsed element, independent of prefixes, without comments. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** Attributes without a prefix; messages have no attributes in other namespaces. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text including CDATA sections, untrimmed. */
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  // Resolved by us afterwards, because the parser would also resolve references in CDATA sections.
  processEntities: false,
});

/**
 * Parses a message and verifies its root element.
 * @throws UNREADABLE_XML
 */
export function readRoot(xml: string | Uint8Array, expectedName: string): XmlElement {
  const text = xmlText(xml);
  refuseDangerousXml(text);
  // fast-xml-parser is lenient; libxml2 decides whether it is XML.
  parseWellFormed(text).dispose();
  const roots = elementsIn(parse(text), new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    throw new UnreadableXmlError('it must have exactly one root element');
  }
  if (root.namespace !== SIGNATURE_NAMESPACE || root.name !== expectedName) {
    throw new UnreadableXmlError(`it is not a ${expectedName} of the namespace ${SIGNATURE_NAMESPACE}`);
  }
  return root;
}

/** The parser's output for an element: one key with the content, and optionally `:@` with the attributes. */
type ParsedNode = Readonly<Record<string, unknown>>;

function parse(text: string): readonly ParsedNode[] {
  try {
    return parser.parse(text) as readonly ParsedNode[];
  } catch (cause) {
    throw new UnreadableXmlError('it is not well-formed', { cause });
  }
}

type Namespaces = ReadonlyMap<string, string>;

function elementsIn(nodes: readonly ParsedNode[], namespaces: Namespaces): XmlElement[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@');
    if (tag === undefined || tag.startsWith('#') || tag.startsWith('?')) return [];
    return [toElement(tag, node[tag] as readonly ParsedNode[], attributesOf(node), namespaces)];
  });
}

function toElement(
  tag: string,
  content: readonly ParsedNode[],
  attributes: ReadonlyMap<string, string>,
  outer: Namespaces,
): XmlElement {
  const namespaces = new Map(outer);
  for (const [name, value] of attributes) {
    if (name === 'xmlns') namespaces.set('', value);
    else if (name.startsWith('xmlns:')) namespaces.set(name.slice('xmlns:'.length), value);
  }
  const colon = tag.indexOf(':');
  const prefix = colon === -1 ? '' : tag.slice(0, colon);
  const namespace = namespaces.get(prefix);
  if (namespace === undefined && prefix !== '') {
    throw new UnreadableXmlError('it uses a namespace prefix that it does not declare');
  }
  return {
    namespace: namespace ?? '',
    name: tag.slice(colon + 1),
    attributes: new Map([...attributes].filter(([name]) => name !== 'xmlns' && !name.includes(':'))),
    children: elementsIn(content, namespaces),
    text: content.map(charactersOf).join(''),
  };
}

function attributesOf(node: ParsedNode): ReadonlyMap<string, string> {
  const attributes = Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>);
  // Spec: XML 1.0, 3.3.3: white space in an attribute is a blank, unless written as a reference.
  return new Map(
    attributes.map(([name, value]) => [
      name,
      resolveCharacterReferences(value.replaceAll(/[\t\r\n]/gu, ' ')),
    ]),
  );
}

function charactersOf(node: ParsedNode): string {
  if ('#text' in node) return resolveCharacterReferences(String(node['#text']));
  if ('#cdata' in node) {
    return (node['#cdata'] as readonly ParsedNode[]).map((part) => String(part['#text'])).join('');
  }
  return '';
}
