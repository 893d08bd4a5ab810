import type { XmlElement } from 'libxml2-wasm';
import { checkOf, SignatureDoubt, type SignatureCheck } from '../signature-check.js';
import { elementAt, elementsAt, isWithin } from '../xades/canonical-form.js';
import { decidingSignatures } from '../xades/deciding-signatures.js';
import { verifyPlaced, type DetachedBudget } from '../xades/nested-signature.js';
import { verifySignature, type XadesSignature } from '../xades/verify-xades-signature.js';
import {
  detachedReferencesOf,
  elementsById,
  innerReferencesOf,
  targetOf,
  verifyInnerReferences,
  verifySignedInfo,
  type ElementsById,
  type XmlReference,
} from '../xades/xml-signature.js';

/** A signer's XAdES has a few signatures; each costs a pass over the whole file. */
const MAX_SIGNATURES = 32;
/** Limit of XML that is parsed again to verify signatures as separate documents. */
const DETACHED_BYTES = 32 * 1024 * 1024;
const TIME_STAMPS =
  '//*[starts-with(namespace-uri(), "http://uri.etsi.org/01903/")]' +
  '[substring(local-name(), string-length(local-name()) - 8) = "TimeStamp"]';

/** One signature in an XML file. */
export interface ReadXmlSignature {
  readonly deciding: boolean;
  readonly form: 'XADES' | 'XML_DSIG';
  /** URI of the signature algorithm. */
  readonly algorithm?: string;
  readonly check: SignatureCheck;
  /** Present if intact. */
  readonly signature?: Pick<XadesSignature, 'references' | 'signingCertificate' | 'certificates'>;
  /** Whether an intact deciding signature covers it; true for an intact deciding one. */
  readonly isCovered: boolean;
  /** What it claims to cover outside its own file, even if it is not intact. */
  readonly detachedReferences: readonly XmlReference[];
}

/** All signatures in an XML file. */
export interface ReadXmlSignatures {
  /** Whether it is an ASiC signature file, whose references are file names. */
  readonly isAsic: boolean;
  readonly hasTimeStamps: boolean;
  readonly signatures: readonly ReadXmlSignature[];
}

/** Reads and verifies every signature below the root of an XML file. @throws SignatureDoubt */
export function readXmlSignatures(root: XmlElement): ReadXmlSignatures {
  const found = elementsAt(root, '//ds:Signature');
  if (found.length === 0) throw new SignatureDoubt('XADES_WITHOUT_SIGNATURE', 'The XML holds no signature.');
  if (found.length > MAX_SIGNATURES) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The XML holds too many signatures.');
  }
  const elements = elementsById(root);
  const placed = found.map((element) => ({ element, innerReferences: innerReferencesOf(element) }));
  const deciding = decidingSignatures(placed, elements);
  const budget = { bytesLeft: DETACHED_BYTES };
  const signatures = placed.map(({ element, innerReferences }, index) => ({
    element,
    innerReferences,
    read: readSignature({ element, innerReferences, elements, budget, isDeciding: deciding[index] === true }),
  }));
  const covered = signatures
    .filter(({ read }) => read.deciding && read.check.result === 'INTACT')
    .flatMap(({ element, innerReferences }) =>
      innerReferences.map((one) => ({ element, target: targetOf(one, elements) })),
    );
  return {
    isAsic: elementsAt(root, '/asic:XAdESSignatures').length > 0,
    hasTimeStamps: elementsAt(root, TIME_STAMPS).length > 0,
    signatures: signatures.map(({ element, read }) => ({
      ...read,
      isCovered: read.deciding
        ? read.check.result === 'INTACT'
        : covered.some(({ element: outer, target }) => isCoveredBy(element, { outer, target })),
    })),
  };
}

// The target may exclude the outer signature and everything inside it.
function isCoveredBy(
  element: XmlElement,
  { outer, target }: { readonly outer: XmlElement; readonly target: XmlElement | undefined },
): boolean {
  if (target === undefined || !isWithin(element, target)) return false;
  return !isWithin(element, outer) || !isWithin(outer, target);
}

function readSignature(found: {
  readonly element: XmlElement;
  readonly innerReferences: readonly XmlReference[];
  readonly elements: ElementsById;
  readonly budget: DetachedBudget;
  readonly isDeciding: boolean;
}): Omit<ReadXmlSignature, 'isCovered'> {
  const { element, isDeciding } = found;
  const isXades = elementAt(element, 'ds:Object/xades:QualifyingProperties') !== undefined;
  const algorithm = elementAt(element, 'ds:SignedInfo/ds:SignatureMethod')?.attr('Algorithm')?.value;
  const facts = {
    deciding: isDeciding,
    form: isXades ? 'XADES' : 'XML_DSIG',
    ...(algorithm === undefined ? {} : { algorithm }),
    detachedReferences: detachedReferencesOf(element),
  } as const;
  try {
    const signature = verifyPlaced({ ...found, signature: element }, isXades ? verifySignature : verifyPlain);
    return { ...facts, check: { result: 'INTACT' }, signature };
  } catch (error) {
    return { ...facts, check: checkOf(error) };
  }
}

/** Verifies a signature without XAdES properties, such as that of a SAML assertion. */
function verifyPlain(
  element: XmlElement,
  elements: ElementsById,
): Pick<XadesSignature, 'references' | 'signingCertificate' | 'certificates'> {
  const { references, signingCertificate, certificates } = verifySignedInfo(element);
  verifyInnerReferences(element, elements);
  return {
    references: references.filter(({ uri }) => uri !== '' && !uri.startsWith('#')),
    signingCertificate,
    certificates,
  };
}
