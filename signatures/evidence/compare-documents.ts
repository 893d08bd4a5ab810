import type { XmlReference } from '../xades/xml-signature.js';
import { DIGESTS } from '../xades/xml-names.js';
import type { EvidenceContext, SentDocument } from './evidence-context.js';
import type { ProvedDocument } from './evidence-verdict.js';
import type { ReadXmlSignatures } from './read-xml-signatures.js';
import type { Applied } from './verdict-of.js';

type Comparison = 'COVERED' | 'OTHER' | 'UNKNOWN';

/** Compares the sent documents with the digests that the signatures of a XAdES cover. */
export async function compareDocuments(
  { isAsic, signatures }: ReadXmlSignatures,
  { sent = [] }: EvidenceContext,
): Promise<{ readonly proved: readonly ProvedDocument[]; readonly applied: readonly Applied[] }> {
  const intact = signatures.flatMap(({ isCovered, signature }) =>
    isCovered ? (signature?.references ?? []) : [],
  );
  const covered = await Promise.all(sent.map((document) => compare(document, intact)));
  const proved = sent.map(({ name }, index) => ({
    name,
    digestOfSentDocument: covered[index] === 'COVERED',
  }));
  const count = proved.filter(({ digestOfSentDocument }) => digestOfSentDocument).length;
  if (count === sent.length) return { proved, applied: [] };
  if (count > 0) {
    const reason = `It covers ${count} of the ${sent.length} documents that were sent.`;
    return { proved, applied: [{ rule: 'SOME_DOCUMENTS_NOT_COVERED', reason }] };
  }
  // Includes signatures that cannot be verified: their digests still identify the files.
  const stated = signatures.flatMap(({ deciding, detachedReferences }) =>
    deciding ? detachedReferences : [],
  );
  const comparisons = await Promise.all(sent.map((document) => compare(document, stated)));
  if (isAsic && stated.length > 0 && comparisons.every((comparison) => comparison === 'OTHER')) {
    const reason = 'None of the files that it covers is a document that was sent.';
    return { proved, applied: [{ rule: 'XADES_OF_OTHER_DOCUMENTS', reason }] };
  }
  const reason = 'It proves no digest that can be compared with the documents that were sent.';
  return { proved, applied: [{ rule: 'DOCUMENTS_NOT_PROVED', reason }] };
}

/** COVERED: a reference has the document's digest. OTHER: every reference could be compared, and none matches. */
async function compare(document: SentDocument, references: readonly XmlReference[]): Promise<Comparison> {
  let unknown = false;
  const digests = new Map<string, Promise<string | undefined>>();
  for (const { digestAlgorithm, digest, transforms } of references) {
    // After a transform the digest is no longer that of the file.
    const computed = transforms.length > 0 ? undefined : await digestOf(digestAlgorithm);
    if (computed === undefined) unknown = true;
    else if (Buffer.from(computed, 'hex').toString('base64') === digest) return 'COVERED';
  }
  return unknown ? 'UNKNOWN' : 'OTHER';

  function digestOf(algorithm: string): Promise<string | undefined> {
    const known = digests.get(algorithm) ?? digestFor(document, algorithm);
    digests.set(algorithm, known);
    return known;
  }
}

// SHA-1 no longer proves anything.
async function digestFor({ sha256, digest }: SentDocument, algorithm: string): Promise<string | undefined> {
  const name = DIGESTS.get(algorithm);
  if (name === 'sha256') return sha256;
  return name === undefined || name === 'sha1' ? undefined : await digest?.(name);
}
