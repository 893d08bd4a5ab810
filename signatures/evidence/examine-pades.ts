import { findPdfSignatures, requireCoverage, type PdfSignature } from '../pades/pdf-signatures.js';
import { verifyCmsSignature } from '../pades/verify-cms-signature.js';
import { checkOf, SignatureDoubt, type SignatureCheck } from '../signature-check.js';
import type { EvidenceContext } from './evidence-context.js';
import type { EvidenceVerdict, ExaminedSignature } from './evidence-verdict.js';
import { nothingProved, verdictOf, type Applied } from './verdict-of.js';

// Readers look for the header in the first 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1).
const REACH = 1024;

/**
 * Examines a sealed PDF as it came back from the service: what is not known here only warns. Never throws for what
 * the file holds.
 *
 * Spec: ETSI EN 319 142-1; ISO 32000-1, 12.8.
 */
export function examinePades(content: Uint8Array, context: EvidenceContext = {}): Promise<EvidenceVerdict> {
  const pdf = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const proved = nothingProved(context);
  try {
    const { applied, signatures } = examineSignatures(pdf);
    return Promise.resolve(verdictOf({ applied, proved, signatures }, context));
  } catch (error) {
    return Promise.resolve(verdictOf({ applied: [checkOf(error)], proved, signatures: [] }, context));
  }
}

function examineSignatures(pdf: Buffer): {
  readonly applied: readonly Applied[];
  readonly signatures: readonly ExaminedSignature[];
} {
  if (!pdf.subarray(0, REACH).includes('%PDF-')) {
    throw new SignatureDoubt('PADES_NOT_A_PDF', 'It is not a PDF.');
  }
  const found = findPdfSignatures(pdf);
  if (found.length === 0) {
    throw new SignatureDoubt('PADES_WITHOUT_SIGNATURE', 'The PDF holds no signature in a form known here.');
  }
  const checks = found.map(verify);
  const applied = checks.filter((check) => check.result !== 'INTACT');
  if (applied.length === 0) requireCoverage(pdf, found);
  return {
    applied,
    signatures: checks.map((check) => ({
      deciding: true,
      form: 'CMS',
      result: check.result,
      ...(check.result === 'INTACT' ? {} : { reason: check.reason }),
    })),
  };
}

function verify({ contents, covered }: PdfSignature): SignatureCheck {
  try {
    verifyCmsSignature(contents, covered);
    return { result: 'INTACT' };
  } catch (error) {
    return checkOf(error);
  }
}
