import { createHash, X509Certificate } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { broken, SignatureDoubt, unknownAlgorithm, unknownForm } from '../signature-check.js';
import { fits, isSignatureOf, type SignatureValue } from '../signature-value.js';
import {
  base64Text,
  canonicalForm,
  canonicalFormWithout,
  elementAt,
  elementsAt,
  isWithin,
} from './canonical-form.js';
import { namedCertificates } from './named-certificates.js';
import { CANONICALIZATIONS, DIGESTS, ENVELOPED, NS, SIGNATURE_ALGORITHMS } from './xml-names.js';

const STANDARD_NAMESPACES: readonly string[] = [NS.asic, NS.ds, NS.xades];

/** One reference of a signature. */
export interface XmlReference {
  readonly id?: string;
  /** As written; some writers percent- or form-encode it. Starts with `#` if it points into the same file. */
  readonly uri: string;
  readonly type?: string;
  /** URI of the digest algorithm. */
  readonly digestAlgorithm: string;
  /** Base64, without line breaks. */
  readonly digest: string;
  /** URIs of the transforms. */
  readonly transforms: readonly string[];
}

/** What an XML signature covers, with its algorithms and key. Spec: XML-DSig, 4. */
export interface XmlSignature {
  /** URIs of the algorithms. */
  readonly canonicalization: string;
  readonly signatureAlgorithm: string;
  readonly references: readonly XmlReference[];
  /** The certificate of the key that made the signature value. */
  readonly signingCertificate: X509Certificate;
  /** All certificates in KeyInfo. */
  readonly certificates: readonly X509Certificate[];
}

/**
 * Real signatures have a chain and one or two references into their own file. The limits bound the time: each
 * certificate and each reference costs a pass over much of the file.
 */
const MAX_CERTIFICATES = 32;
const MAX_INNER_REFERENCES = 16;
/** A job has at most 20 documents. */
const MAX_STATED_REFERENCES = 200;

/** The elements of a file by Id. An Id of several elements is ambiguous, so none of them counts. */
export type ElementsById = ReadonlyMap<string, XmlElement | 'SEVERAL'>;

/** Collects the elements of a file by Id, in one pass. */
export function elementsById(root: XmlElement): ElementsById {
  const found = new Map<string, XmlElement | 'SEVERAL'>();
  for (const element of elementsAt(root, '//*[@Id or @ID or @id or @xml:id]')) {
    const ids = [
      ...['Id', 'ID', 'id'].flatMap((name) => element.attr(name)?.value ?? []),
      ...[element.attr('id', 'xml')?.value].flatMap((id) => id ?? []),
    ];
    for (const id of new Set(ids)) found.set(id, found.has(id) ? 'SEVERAL' : element);
  }
  return found;
}

/** Reads a signature and verifies its value. @throws SignatureDoubt */
export function verifySignedInfo(signature: XmlElement): XmlSignature {
  const signedInfo = required(signature, 'ds:SignedInfo');
  const method = required(signedInfo, 'ds:CanonicalizationMethod');
  const signatureAlgorithm = algorithmOf(required(signedInfo, 'ds:SignatureMethod'));
  const algorithm = SIGNATURE_ALGORITHMS.get(signatureAlgorithm);
  if (algorithm === undefined) throw unknownAlgorithm();

  const given = elementsAt(signature, 'ds:KeyInfo/ds:X509Data/ds:X509Certificate');
  if (given.length > MAX_CERTIFICATES) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The signature brings too many certificates.');
  }
  const certificates = given.map((element) => new X509Certificate(base64Text(element)));
  const candidates = certificates.filter(({ publicKey }) => fits(algorithm, publicKey));
  if (candidates.length === 0) throw unknownForm('The signature brings no certificate that could prove it.');
  const data = canonicalForm(signedInfo, method);
  const value = base64Text(required(signature, 'ds:SignatureValue'));
  const signingCertificate = candidates.find(({ publicKey }) =>
    isSignatureOf({ algorithm, publicKey, data, value, ecdsaEncoding: 'ieee-p1363' }),
  );
  if (signingCertificate === undefined) {
    if (!bringsSigningCertificate(signature, candidates)) {
      throw unknownForm('The signature brings no certificate that could prove it.');
    }
    if (isDerEncoded({ algorithm, candidates, data, value })) {
      throw unknownForm('The signature value is an ASN.1 structure, which XML signatures do not use.');
    }
    throw broken('The signature value does not fit what is signed.');
  }
  return {
    canonicalization: algorithmOf(method),
    signatureAlgorithm,
    references: elementsAt(signedInfo, 'ds:Reference').map(readReference),
    signingCertificate,
    certificates,
  };
}

/**
 * Verifies the references into the same file.
 * @throws SignatureDoubt BROKEN if a digest does not match, NOT_CHECKED if one cannot be computed
 */
export function verifyInnerReferences(signature: XmlElement, elements: ElementsById): void {
  const inner = elementsAt(signature, 'ds:SignedInfo/ds:Reference').filter((element) =>
    isInner(readReference(element)),
  );
  if (inner.length > MAX_INNER_REFERENCES) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The signature covers too many places inside its own file.');
  }
  const unknown = inner.filter((element) => !isProved(element, signature, elements));
  if (unknown.length > 0) throw unknownForm('A reference inside the file has a form that is not known here.');
}

/** The only possible target of an inner reference; undefined if there is none or several. */
export function targetOf({ uri }: XmlReference, elements: ElementsById): XmlElement | undefined {
  const target = elements.get(uri.slice(1));
  return target === 'SEVERAL' ? undefined : target;
}

/** Whether a reference points into its own file. Spec: XML-DSig, 4.4.3.3. */
export function isInner({ uri }: XmlReference): boolean {
  return uri === '' || uri.startsWith('#');
}

function isProved(element: XmlElement, signature: XmlElement, elements: ElementsById): boolean {
  const reference = readReference(element);
  const transforms = elementsAt(element, 'ds:Transforms/ds:Transform');
  const isEnveloped = transforms[0] !== undefined && algorithmOf(transforms[0]) === ENVELOPED;
  const isDocument = isEnveloped && reference.uri === '';
  const target = isDocument ? signature.doc.root : targetOf(reference, elements);
  const digest = DIGESTS.get(reference.digestAlgorithm);
  const [method, ...further] = isEnveloped ? transforms.slice(1) : transforms;
  const known = method === undefined || CANONICALIZATIONS.has(algorithmOf(method));
  if (target === undefined || digest === undefined || further.length > 0 || !known) return false;
  const content =
    isEnveloped && isWithin(signature, target)
      ? canonicalFormWithout(signature, { element: target, isDocument, ...(method && { method }) })
      : canonicalForm(target, method);
  const actual = createHash(digest).update(content).digest('base64');
  if (actual !== reference.digest) {
    throw broken(`The digest of ${nameOf(target)} does not fit its content.`);
  }
  return true;
}

// Names of other elements may contain personal data.
function nameOf({ name, namespaceUri }: XmlElement): string {
  return STANDARD_NAMESPACES.includes(namespaceUri) ? name : 'an element';
}

/**
 * Whether the certificate of the signing key is present, so that a failure proves damage: one identified by the
 * signed properties or, if they identify none, one that issued none of the others.
 */
function bringsSigningCertificate(signature: XmlElement, candidates: readonly X509Certificate[]): boolean {
  const named = namedCertificates(signature);
  if (named.length > 0)
    return candidates.some((candidate) => named.some((digest) => digest.names(candidate)));
  return candidates.some((candidate) =>
    candidates.every((other) => other === candidate || other.issuer !== candidate.subject),
  );
}

function isDerEncoded({
  algorithm,
  candidates,
  data,
  value,
}: Pick<SignatureValue, 'algorithm' | 'data' | 'value'> & {
  readonly candidates: readonly X509Certificate[];
}): boolean {
  return (
    algorithm.scheme === 'ECDSA' &&
    candidates.some(({ publicKey }) =>
      isSignatureOf({ algorithm, publicKey, data, value, ecdsaEncoding: 'der' }),
    )
  );
}

/** References that a signature claims inside its own file, even if it is not intact; at most a few are read. */
export function innerReferencesOf(signature: XmlElement): readonly XmlReference[] {
  return statedReferences(signature).filter(isInner).slice(0, MAX_INNER_REFERENCES);
}

/** References that a signature claims outside its own file, even if it is not intact. */
export function detachedReferencesOf(signature: XmlElement): readonly XmlReference[] {
  return statedReferences(signature).filter((reference) => !isInner(reference));
}

function statedReferences(signature: XmlElement): readonly XmlReference[] {
  const references = elementsAt(signature, 'ds:SignedInfo/ds:Reference');
  if (references.length > MAX_STATED_REFERENCES) return [];
  return references.flatMap((element) => {
    try {
      return [readReference(element)];
    } catch {
      return [];
    }
  });
}

function readReference(element: XmlElement): XmlReference {
  const id = element.attr('Id')?.value;
  const type = element.attr('Type')?.value;
  return {
    ...(id === undefined ? {} : { id }),
    uri: element.attr('URI')?.value ?? '',
    ...(type === undefined ? {} : { type }),
    digestAlgorithm: algorithmOf(required(element, 'ds:DigestMethod')),
    digest: base64Text(required(element, 'ds:DigestValue')).toString('base64'),
    transforms: elementsAt(element, 'ds:Transforms/ds:Transform').map(algorithmOf),
  };
}

function required(parent: XmlElement, path: string): XmlElement {
  const element = elementAt(parent, path);
  if (element === undefined) throw unknownForm(`The signature has no ${path.replace('ds:', '')}.`);
  return element;
}

function algorithmOf(element: XmlElement): string {
  return element.attr('Algorithm')?.value ?? '';
}
