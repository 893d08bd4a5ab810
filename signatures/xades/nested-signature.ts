import type { XmlElement } from 'libxml2-wasm';
import { checkOf, unknownForm } from '../signature-check.js';
import { elementsAt, isWithin } from './canonical-form.js';
import { readSignedXml } from './parse-signed-xml.js';
import { elementsById, targetOf, type ElementsById, type XmlReference } from './xml-signature.js';

/** Verifies a signature inside its document. @throws SignatureDoubt */
export type Verify<T> = (signature: XmlElement, elements: ElementsById) => T;

/** Limit of XML bytes that are extracted and verified as separate documents. */
export interface DetachedBudget {
  bytesLeft: number;
}

const MAX_FORMER_DOCUMENTS = 6;

/** A signature and its position in the file. */
export interface PlacedSignature {
  readonly signature: XmlElement;
  readonly elements: ElementsById;
  /** The signature's references inside its own file. */
  readonly innerReferences: readonly XmlReference[];
  readonly budget: DetachedBudget;
}

/**
 * Verifies a signature in place and, if that fails, as part of an extracted document. Inclusive canonical forms
 * include the namespaces of ancestors, so a signature made before it was embedded matches only its original document.
 * @throws SignatureDoubt BROKEN only if every attempt contradicts itself
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

/** Returns undefined if the signature does not verify in this document either. */
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
    // The form is known from the first attempt, so this document lacks a namespace or a covered element.
    return undefined;
  }
}

/**
 * Candidate roots of a signature's original document: the signature itself, the elements around it that it covers,
 * and the outermost element below a `ds:Object` and below the root of the file.
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
