import { createHash } from 'node:crypto';
import { findEmbeddedFiles } from '../pades/embedded-files.js';
import { findPdfSignatures, hasContentAfter, type PdfSignature } from '../pades/pdf-signatures.js';
import {
  cmsFactsOf,
  readCms,
  verifyCmsSignature,
  type CmsFacts,
  type CmsSigner,
} from '../pades/verify-cms-signature.js';
import { checkOf, SignatureDoubt, type SignatureCheck } from '../signature-check.js';
import { NS } from '../xades/xml-names.js';
import type { EvidenceContext } from './evidence-context.js';
import type { EvidenceVerdict, ExaminedSignature } from './evidence-verdict.js';
import { certificateFactsOf } from './signing-certificate.js';
import { nothingProved, verdictOf, type Applied } from './verdict-of.js';

// Readers search for the header in the first 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1).
const REACH = 1024;
/** Total number of bytes covered by inner signatures that are verified; the deciding one is always verified. */
const INNER_BYTES = 1024 * 1024 * 1024;

/**
 * Examines a sealed PDF as received from the service. Unsupported forms only cause warnings. Never throws because of
 * the file's content.
 *
 * Spec: ETSI EN 319 142-1; ISO 32000-1, 12.8.
 */
export function examinePades(content: Uint8Array, context: EvidenceContext = {}): Promise<EvidenceVerdict> {
  const pdf = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    return Promise.resolve(verdictOf(examine(pdf, context), context));
  } catch (error) {
    const examination = { applied: [checkOf(error)], proved: nothingProved(context), signatures: [] };
    return Promise.resolve(verdictOf(examination, context));
  }
}

interface ReadPdfSignature {
  readonly deciding: boolean;
  readonly facts: CmsFacts;
  readonly check: SignatureCheck;
  readonly signers: readonly CmsSigner[];
}

function examine(pdf: Buffer, context: EvidenceContext): Parameters<typeof verdictOf>[0] {
  if (!pdf.subarray(0, REACH).includes('%PDF-')) {
    throw new SignatureDoubt('PADES_NOT_A_PDF', 'It is not a PDF.');
  }
  const found = findPdfSignatures(pdf);
  const last = found.at(-1);
  if (last === undefined) {
    throw new SignatureDoubt('PADES_WITHOUT_SIGNATURE', 'The PDF holds no signature in a form known here.');
  }
  if (last.end > pdf.length) {
    throw new SignatureDoubt('PADES_INCOMPLETE', 'The PDF ends before its signature does: it is incomplete.');
  }
  const signatures = readSignatures(found);
  const isIntact = signatures.some(({ deciding, check }) => deciding && check.result === 'INTACT');
  const embedded = examineEmbedded(pdf.subarray(0, last.end), { context, isIntact });
  return {
    applied: [
      ...signatures.flatMap(rulesFor),
      ...(hasContentAfter(pdf, last.end) ? [LATER_REVISION] : []),
      ...embedded.applied,
    ],
    proved: embedded.proved,
    signatures: signatures.map(describe),
  };
}

const LATER_REVISION: Applied = {
  rule: 'PADES_LATER_REVISION',
  reason: 'The PDF was added to after its last signature.',
};

/** The deciding signature first. */
function readSignatures(found: readonly PdfSignature[]): readonly ReadPdfSignature[] {
  let bytesLeft = INNER_BYTES;
  return [...found].reverse().map((signature, index) => {
    const deciding = index === 0;
    if (!deciding) bytesLeft -= signature.end;
    let facts: CmsFacts = { form: 'UNKNOWN', algorithms: [], hasTimeStamps: false };
    try {
      const cms = readCms(signature.contents);
      facts = cmsFactsOf(cms);
      if (bytesLeft < 0)
        throw new SignatureDoubt('TOO_MANY_PARTS', 'The signatures cover too much together.');
      const signers = verifyCmsSignature(cms, signature.covered);
      return { deciding, facts, check: { result: 'INTACT' }, signers };
    } catch (error) {
      return { deciding, facts, check: checkOf(error), signers: [] };
    }
  });
}

function rulesFor({ deciding, check, facts }: ReadPdfSignature): readonly Applied[] {
  if (check.result === 'INTACT') {
    if (!facts.hasTimeStamps) return [];
    return [{ rule: 'TIME_STAMP', reason: 'A signature holds a time stamp, which is not verified.' }];
  }
  if (deciding || check.rule === 'TIME_STAMP') return [check];
  if (check.result === 'NOT_CHECKED') return [];
  return [{ rule: 'INNER_SIGNATURE_CONTRADICTS_CONTENT', reason: `An inner signature: ${check.reason}` }];
}

function describe({ deciding, check, facts, signers: [signer] }: ReadPdfSignature): ExaminedSignature {
  const [algorithm] = facts.algorithms;
  return {
    deciding,
    form: facts.form,
    ...(algorithm === undefined ? {} : { algorithm }),
    result: check.result,
    ...(check.result === 'INTACT' ? {} : { reason: check.reason }),
    ...(signer === undefined ? {} : certificateFactsOf(signer)),
  };
}

/** Compares the attachments covered by the deciding signature with the facts about the job. */
function examineEmbedded(
  covered: Buffer,
  { context, isIntact }: { readonly context: EvidenceContext; readonly isIntact: boolean },
): { readonly applied: readonly Applied[]; readonly proved: EvidenceVerdict['proved'] } {
  const { sent = [], otherXades } = context;
  const { files, isComplete } = findEmbeddedFiles(covered);
  const contents = files.flatMap(({ content }) => content ?? []);
  const areRead = isComplete && contents.length === files.length;
  const digests = new Set(contents.map(sha256Of));
  const xades = contents.filter((content) => content.includes(NS.ds)).map(sha256Of);
  const fetched = new Set((otherXades ?? []).map(({ sha256 }) => sha256));
  const foreign = otherXades === undefined ? 0 : xades.filter((sha256) => !fetched.has(sha256)).length;
  const applied: Applied[] = [];
  if (foreign > 0) {
    const reason = `Of ${xades.length} embedded XAdES files, ${foreign} are not among those fetched for the job.`;
    applied.push({ rule: 'PADES_HOLDS_OTHER_XADES', reason });
  }
  if (!isComplete) {
    applied.push({ rule: 'TOO_MANY_PARTS', reason: 'The PDF holds too many or too large embedded files.' });
  }
  return {
    applied,
    proved: {
      documents: sent.map(({ name, sha256 }) => ({
        name,
        digestOfSentDocument: isIntact && digests.has(sha256),
      })),
      signer: false,
      job: isIntact && areRead && otherXades !== undefined && xades.length > 0 && foreign === 0,
    },
  };
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
