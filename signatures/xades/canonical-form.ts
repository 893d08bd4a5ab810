import { randomUUID } from 'node:crypto';
import { XmlElement, type SubtreeC14NOptions, type XmlNode } from 'libxml2-wasm';
import { unknownAlgorithm } from '../signature-check.js';
import { C14N, CANONICALIZATIONS, NS } from './xml-names.js';

/**
 * The canonical bytes of an element in its document: inclusive forms include namespaces declared on its ancestors.
 * Spec: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.
 *
 * @param method the element that names the algorithm and may list prefixes; absent: C14N 1.0
 */
export function canonicalForm(element: XmlElement, method?: XmlElement): Buffer {
  return Buffer.from(element.canonicalizeToString(optionsOf(method)), 'utf8');
}

/** Argument of {@link canonicalFormWithout}. */
export interface EnvelopingElement {
  readonly element: XmlElement;
  /** Whether the whole document is canonicalized, including nodes beside its root; then `element` is the root. */
  readonly isDocument: boolean;
  /** As in {@link canonicalForm}. */
  readonly method?: XmlElement;
}

/** The canonical bytes of an element without a signature inside it. Spec: XML-DSig, 6.6.4. */
export function canonicalFormWithout(
  signature: XmlElement,
  { element, isDocument, method }: EnvelopingElement,
): Buffer {
  // libxml2 cannot omit a subtree, so two elements with a random name mark what to cut.
  const name = `cut-${randomUUID()}`;
  const marks = [signature.prependElement(name), signature.appendElement(name)];
  try {
    const options = optionsOf(method);
    const text = (isDocument ? element.doc : element).canonicalizeToString(options);
    const mark = new RegExp(`<${name}(?: xmlns="")?></${name}>`, 'u');
    const [before = '', , after = ''] = text.split(mark);
    return Buffer.from(before + after, 'utf8');
  } finally {
    for (const mark of marks) mark.remove();
  }
}

/** Whether a node is the element or its descendant. */
export function isWithin(node: XmlNode | null, element: XmlElement): boolean {
  for (let current = node; current !== null; current = current.parent) {
    if (current.isSameNode(element)) return true;
  }
  return false;
}

function optionsOf(method?: XmlElement): SubtreeC14NOptions {
  const algorithm = method === undefined ? C14N : method.attr('Algorithm')?.value;
  const canonicalization = CANONICALIZATIONS.get(algorithm ?? '');
  if (canonicalization === undefined) {
    throw unknownAlgorithm('a canonical form');
  }
  const prefixes = method?.get('ec:InclusiveNamespaces/@PrefixList', NS)?.content;
  return {
    ...canonicalization,
    ...(prefixes === undefined ? {} : { inclusiveNamespacePrefixes: prefixes.split(/\s+/).map(prefix) }),
  };
}

/** The only element at a path, or undefined. */
export function elementAt(parent: XmlElement, path: string): XmlElement | undefined {
  return elementsAt(parent, path)[0];
}

/** All elements at a path, in document order. */
export function elementsAt(parent: XmlElement, path: string): readonly XmlElement[] {
  return parent.find(path, NS).filter((node) => node instanceof XmlElement);
}

/** Decodes base64 text, which may contain line breaks. */
export function base64Text(element: XmlElement): Buffer {
  return Buffer.from(element.content.replaceAll(/\s/g, ''), 'base64');
}

// Spec: Exclusive XML Canonicalization 1.0, 4: `#default` in the list means the default namespace.
function prefix(listed: string): string {
  return listed === '#default' ? '' : listed;
}
