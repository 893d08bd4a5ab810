import { SignatureDoubt } from '../signature-check.js';

/** A signature in a PDF, with the bytes it covers. */
export interface PdfSignature {
  /** Everything before and after the signature's placeholder, up to `end`. */
  readonly covered: readonly [Buffer, Buffer];
  /** End of the covered part, in bytes; beyond the file's end if the file is incomplete. */
  readonly end: number;
  /** DER or BER, padded with zeros. */
  readonly contents: Buffer;
}

const BYTE_RANGE = /^\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/;
/** Its beginning: `indexOf` of Node is five times as fast for six characters as for seven. */
const MARK = '/ByteR';
const LONGEST_BYTE_RANGE = 200;
/** Far more than a real document has; each costs a pass over the bytes it covers. */
const MAX_SIGNATURES = 100;
/** Ranges without a signature count too: each costs a look at the bytes it omits. */
const MAX_RANGES = 1000;
/** Of one signature, certificates and revocation lists included, in bytes of the file. */
const MAX_CONTENTS = 16 * 1024 * 1024;
/** Of all ranges together. */
const MAX_ALL_CONTENTS = 64 * 1024 * 1024;
/** Spec: ISO 32000-1, 7.2.2. */
const WHITE_SPACE: ReadonlySet<number> = new Set([0, 9, 10, 12, 13, 32]);

/**
 * Finds the signatures of a PDF without relying on its structure: a range counts if it omits exactly one string of
 * hexadecimal digits. Other ranges, such as those inside embedded files, refer to other bytes.
 *
 * Spec: ISO 32000-1, 12.8.1.
 * @returns in the order of their ends; the last one decides
 * @throws SignatureDoubt TOO_MANY_PARTS
 */
export function findPdfSignatures(pdf: Buffer): readonly PdfSignature[] {
  const signatures: PdfSignature[] = [];
  let rangesLeft = MAX_RANGES;
  let bytesLeft = MAX_ALL_CONTENTS;
  let position = pdf.indexOf(MARK);
  while (position >= 0) {
    rangesLeft -= 1;
    const text = pdf.subarray(position, position + LONGEST_BYTE_RANGE).toString('latin1');
    const [start, length, secondStart, secondLength] = (BYTE_RANGE.exec(text) ?? []).slice(1).map(Number);
    if (start === 0 && length !== undefined && secondStart !== undefined && secondLength !== undefined) {
      const signature = signatureAt(pdf, {
        gapStart: length,
        gapEnd: secondStart,
        end: secondStart + secondLength,
      });
      if (signature !== undefined) signatures.push(signature);
      bytesLeft -= Math.max(0, Math.min(secondStart, pdf.length) - length);
    }
    if (signatures.length > MAX_SIGNATURES || rangesLeft < 0 || bytesLeft < 0) {
      throw new SignatureDoubt('TOO_MANY_PARTS', 'The PDF holds too many signatures.');
    }
    position = pdf.indexOf(MARK, position + 1);
  }
  return signatures.sort((a, b) => a.end - b.end);
}

/** Whether a PDF has content after an offset, other than white space. */
export function hasContentAfter(pdf: Buffer, end: number): boolean {
  return pdf.subarray(end).some((byte) => !WHITE_SPACE.has(byte));
}

function signatureAt(
  pdf: Buffer,
  { gapStart, gapEnd, end }: { readonly gapStart: number; readonly gapEnd: number; readonly end: number },
): PdfSignature | undefined {
  if (gapEnd <= gapStart + 2 || pdf[gapStart] !== '<'.charCodeAt(0)) return undefined;
  if (gapEnd - gapStart > MAX_CONTENTS) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The PDF holds too large a signature.');
  }
  const gap = pdf.subarray(gapStart, gapEnd).toString('latin1');
  // In an incomplete file the closing bracket may be missing.
  const isComplete = gapEnd <= pdf.length;
  const isClosed = gap.endsWith('>');
  const digits = gap.slice(1, isClosed ? -1 : undefined);
  if (isComplete && (!isClosed || digits === '')) return undefined;
  // A search for another character: a match of all digits could exceed the stack of the regular expression.
  if (/[^0-9A-Fa-f\s]/u.test(digits)) return undefined;
  return {
    covered: [pdf.subarray(0, gapStart), pdf.subarray(gapEnd, end)],
    end,
    contents: Buffer.from(gap.replaceAll(/[<>\s]/g, ''), 'hex'),
  };
}
