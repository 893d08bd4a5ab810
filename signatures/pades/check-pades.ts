import { broken, checkOf, notChecked, type SignatureCheck } from '../signature-check.js';
import { findPdfSignatures, requireCoverage } from './pdf-signatures.js';
import { verifyCmsSignature } from './verify-cms-signature.js';

// Readers look for header and end in the first and last 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1 and 3.4.4).
const REACH = 1024;

/**
 * Looks at a sealed PDF as it came back from the service. INTACT: every signature in it holds, and the last covers
 * the whole file. BROKEN only where the file is no PDF, is incomplete, or a signature contradicts itself under an
 * algorithm that is known here; everything else is NOT_CHECKED.
 *
 * Spec: ETSI EN 319 142-1; ISO 32000-1, 12.8.
 */
export function checkPades(content: Uint8Array): Promise<SignatureCheck> {
  const pdf = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    if (!pdf.subarray(0, REACH).includes('%PDF-')) throw broken('It is not a PDF.');
    const signatures = findPdfSignatures(pdf);
    if (!pdf.subarray(-REACH).includes('%%EOF')) throw broken('The PDF is incomplete: its end is missing.');
    if (signatures.length === 0) throw notChecked('The PDF holds no signature in a form known here.');
    const checks = signatures.map(({ contents, covered }) =>
      attempt(() => verifyCmsSignature(contents, covered)),
    );
    const worst =
      checks.find(({ result }) => result === 'BROKEN') ??
      checks.find(({ result }) => result === 'NOT_CHECKED');
    if (worst !== undefined) return Promise.resolve(worst);
    requireCoverage(pdf, signatures);
    return Promise.resolve({ result: 'INTACT' });
  } catch (error) {
    return Promise.resolve(checkOf(error));
  }
}

function attempt(verify: () => void): SignatureCheck {
  try {
    verify();
    return { result: 'INTACT' };
  } catch (error) {
    return checkOf(error);
  }
}
