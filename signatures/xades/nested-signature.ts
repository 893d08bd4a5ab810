import type { XmlElement } from 'libxml2-wasm';
import { checkOf, unknownForm } from '../signature-check.js';
import { elementsAt, isWithin } from './canonical-form.js';
import { readSignedXml } from './parse-signed-xml.js';
import { elementsById, targetOf, type ElementsById, type XmlReference } from './xml-signature.js';

/** Verifies a signature in the document that it stands in. @throws SignatureDoubt */
export type Verify<T> = (signature: XmlElement, elements: ElementsById) => T;

/** How many bytes of XML may be taken out of a file to be verified as documents of their own. */
export interface DetachedBudget {
  bytesLeft: number;
}

const MAX_FORMER_DOCUMENTS = 6;

/** One signature and what it stands in. */
export interface PlacedSignature {
  readonly signature: XmlElement;
  readonly elements: ElementsById;
  /** What the signature covers inside its own file. */
  readonly innerReferences: readonly XmlReference[];
  readonly budget: DetachedBudget;
}

/**
 * Verifies a signature in place and, where that fails, as part of a document of its own. An inclusive canonical form
 * counts the namespaces above an element, so that a signature that was made before it was embedded fits only its
 * former document.
 * @throws SignatureDoubt BROKEN only where each attempt contradicts itself
 */
export function verifyPlaced<T>(placed: PlacedSignature, verify: Verify<T>): T {
  try {
    return verify(placed.signature, placed.elements);
  } catch (error) {
    if (checkOf(error).result !== 'BROKEN') throw error;
    for (const former of formerDocuments(placed)) {
      const verified = verifyDetached(former, placed, verify);
      if (verified !== undefined) return verified;
    }
    throw error;
  }
}

/** Returns undefined where the signature does not verify in this document either. */
function verifyDetached<T>(former: XmlElement, placed: PlacedSignature, verify: Verify<T>): T | undefined {
  const position = elementsAt(former, 'descendant-or-self::ds:Signature').findIndex((candidate) =>
    candidate.isSameNode(placed.signature),
  );
  const xml = Buffer.from(former.toString({ format: false, noDeclaration: true, encoding: 'utf-8' }), 'utf8');
  placed.budget.bytesLeft -= xml.byteLength;
  if (placed.budget.bytesLeft < 0) throw unknownForm('The signature stands in too large a part of the file.');
  try {
    return readSignedXml(xml, (root) => {
      const signature = elementsAt(root, '//ds:Signature')[position];
      return signature === undefined ? undefined : verify(signature, elementsById(root));
    });
  } catch {
    // In place the same signature had a known form, so that this document lacks a namespace or what is covered.
    return undefined;
  }
}

/**
 * The elements that may have been the root of a signature's former document: the signature itself, what it covers
 * around itself, and the outermost element below a `ds:Object` and below the root of the file.
 */
function formerDocuments({ signature, elements, innerReferences }: PlacedSignature): readonly XmlElement[] {
  const root = signature.doc.root;
  const covered = innerReferences.flatMap((reference) => targetOf(reference, elements) ?? []);
  const candidates = [signature, ...covered.filter((element) => isWithin(signature, element))];
  for (let element = signature; element.parent !== null; element = element.parent) {
    if (element.parent.name === 'Object' || element.parent.isSameNode(root)) candidates.push(element);
  }
  return candidates
    .filter((element) => !element.isSameNode(root))
    .filter((element, index, all) => all.findIndex((other) => other.isSameNode(element)) === index)
    .slice(0, MAX_FORMER_DOCUMENTS);
}
