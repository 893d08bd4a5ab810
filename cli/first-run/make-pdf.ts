/** In points: A4. */
const PAGE = '0 0 595 842';

/**
 * A PDF of one page with lines of text, the same bytes for the same lines.
 * @param lines ASCII without parentheses and backslashes
 */
export function makePdf(lines: readonly string[]): Uint8Array {
  const text = lines.map((line) => `(${line}) Tj T*`).join('\n');
  const page = `BT\n/F1 14 Tf\n60 760 Td\n20 TL\n${text}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [${PAGE}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`,
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let pdf = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = [
    '0000000000 65535 f ',
    ...offsets.map((offset) => `${`${offset}`.padStart(10, '0')} 00000 n `),
  ];
  const trailer = `trailer\n<< /Size ${entries.length} /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return Buffer.from(`${pdf}xref\n0 ${entries.length}\n${entries.join('\n')}\n${trailer}`, 'latin1');
}
