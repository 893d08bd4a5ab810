import type { XmlElement } from 'libxml2-wasm';
import { isWithin } from './canonical-form.js';
import { targetOf, type ElementsById, type XmlReference } from './xml-signature.js';

/** A signature with its references inside its own file. */
export interface CoveringSignature {
  readonly element: XmlElement;
  readonly innerReferences: readonly XmlReference[];
}

/**
 * For each signature, whether it decides: no other signature covers or contains it. Two that cover each other both
 * decide, as do all signatures if each is covered.
 */
export function decidingSignatures(
  signatures: readonly CoveringSignature[],
  elements: ElementsById,
): readonly boolean[] {
  const coveredElements = signatures.map(({ element, innerReferences }) =>
    innerReferences.flatMap((reference) => {
      if (reference.uri === '') return [element.doc.root];
      return targetOf(reference, elements) ?? [];
    }),
  );
  const covers = (outer: number, inner: number): boolean =>
    (coveredElements[outer] ?? []).some((covered) => isWithin(at(inner), covered));
  const at = (index: number): XmlElement | null => signatures[index]?.element ?? null;
  const deciding = signatures.map(({ element }, inner) =>
    signatures.every((other, outer) => {
      if (outer === inner) return true;
      if (isWithin(element, other.element)) return false;
      return !covers(outer, inner) || covers(inner, outer);
    }),
  );
  return deciding.some(Boolean) ? deciding : deciding.map(() => true);
}
