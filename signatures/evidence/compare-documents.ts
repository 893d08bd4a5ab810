import type { SignedReference, XadesSignature } from '../xades/verify-xades-signature.js';
import { DIGESTS } from '../xades/xml-names.js';
import type { EvidenceContext, SentDocument } from './evidence-context.js';
import type { ProvedDocument } from './evidence-verdict.js';
import type { Applied } from './verdict-of.js';

/** What the deciding signatures of a XAdES cover. */
export interface DecidingSignatures {
  /** Those that are intact. */
  readonly intact: readonly XadesSignature[];
  /** Whether all of them are. */
  readonly complete: boolean;
  /** Whether the file is an ASiC signature file, whose references name files. */
  readonly isAsic: boolean;
}

/** Compares the sent documents with the digests that the deciding signatures cover. */
export async function compareDocuments(
  { intact, complete, isAsic }: DecidingSignatures,
  { sent }: EvidenceContext,
): Promise<{ readonly proved: readonly ProvedDocument[]; readonly applied: readonly Applied[] }> {
  if (sent === undefined || sent.length === 0) return { proved: [], applied: [] };
  const references = intact.flatMap((signature) => signature.references);
  const comparisons = await Promise.all(sent.map((document) => compare(document, references)));
  const proved = sent.map(({ name }, index) => ({
    name,
    digestOfSentDocument: comparisons[index] === 'COVERED',
  }));
  return { proved, applied: rulesFor() };

  function rulesFor(): readonly Applied[] {
    const covered = comparisons.filter((comparison) => comparison === 'COVERED').length;
    if (covered === comparisons.length || intact.length === 0) return [];
    if (covered > 0) {
      const reason = `It covers ${covered} of the ${comparisons.length} documents that were sent.`;
      return [{ rule: 'SOME_DOCUMENTS_NOT_COVERED', reason }];
    }
    const differ = references.length > 0 && comparisons.every((comparison) => comparison === 'OTHER');
    if (isAsic && complete && differ) {
      return [
        { rule: 'XADES_OF_OTHER_DOCUMENTS', reason: 'It covers none of the documents that were sent.' },
      ];
    }
    const reason = 'It covers no digest that can be compared with the documents that were sent.';
    return [{ rule: 'DOCUMENTS_NOT_PROVED', reason }];
  }
}

/** COVERED: a reference has the document's digest. OTHER: every reference could be compared, and none has it. */
async function compare(
  document: SentDocument,
  references: readonly SignedReference[],
): Promise<'COVERED' | 'OTHER' | 'UNKNOWN'> {
  let unknown = false;
  for (const reference of references) {
    const digest = await digestFor(document, reference);
    if (digest === undefined) unknown = true;
    else if (Buffer.from(digest, 'hex').toString('base64') === reference.digest) return 'COVERED';
  }
  return unknown ? 'UNKNOWN' : 'OTHER';
}

// SHA-1 proves nothing any more, and after a transform the digest is not that of the file.
async function digestFor(
  { sha256, digest }: SentDocument,
  { digestAlgorithm, transforms }: SignedReference,
): Promise<string | undefined> {
  if (transforms.length > 0) return undefined;
  const name = DIGESTS.get(digestAlgorithm);
  if (name === 'sha256') return sha256;
  return name === undefined || name === 'sha1' ? undefined : await digest?.(name);
}
