import { XmlElement } from 'libxml2-wasm';
import { unknownAlgorithm } from '../signature-check.js';
import { C14N, CANONICALIZATIONS, NS } from './xml-names.js';

/**
 * The canonical bytes of an element where it stands in its document: with an inclusive form, namespaces that are
 * declared above it count. Spec: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.
 *
 * @param method the element that names the algorithm and may list prefixes; absent: C14N 1.0
 */
export function canonicalForm(element: XmlElement, method?: XmlElement): Buffer {
  const algorithm = method === undefined ? C14N : method.attr('Algorithm')?.value;
  const canonicalization = CANONICALIZATIONS.get(algorithm ?? '');
  if (canonicalization === undefined) {
    throw unknownAlgorithm('a canonical form');
  }
  const prefixes = method?.get('ec:InclusiveNamespaces/@PrefixList', NS)?.content;
  const text = element.canonicalizeToString({
    ...canonicalization,
    ...(prefixes === undefined ? {} : { inclusiveNamespacePrefixes: prefixes.split(/\s+/).map(prefix) }),
  });
  return Buffer.from(text, 'utf8');
}

/** The one element at a path, or undefined. */
export function elementAt(parent: XmlElement, path: string): XmlElement | undefined {
  return elementsAt(parent, path)[0];
}

/** All elements at a path, in document order. */
export function elementsAt(parent: XmlElement, path: string): readonly XmlElement[] {
  return parent.find(path, NS).filter((node) => node instanceof XmlElement);
}

/** Text that holds base64, which may be broken into lines. */
export function base64Text(element: XmlElement): Buffer {
  return Buffer.from(element.content.replaceAll(/\s/g, ''), 'base64');
}

// Spec: Exclusive XML Canonicalization 1.0, 4: the default namespace stands in the list as this word.
function prefix(listed: string): string {
  return listed === '#default' ? '' : listed;
}
