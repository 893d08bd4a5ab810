/** One block between `-----BEGIN label-----` and `-----END label-----`. */
export interface PemBlock {
  readonly label: string;
  /** Its text without indentation; empty if its end is missing. */
  readonly text: string;
  /** Decoded; empty if the block is encrypted as a whole (RFC 1421 headers) or its end is missing. */
  readonly der: Buffer;
}

const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/gu;

/** Whether the content is PEM. */
export function isPem(content: Uint8Array): boolean {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes('-----BEGIN ');
}

/** Every block of a PEM file, in order; text between blocks is ignored. Spec: RFC 7468, 2. */
export function pemBlocksOf(content: Uint8Array): readonly PemBlock[] {
  const text = Buffer.from(content).toString('latin1');
  const begins = [...text.matchAll(BEGIN)];
  // Avoids a pattern that spans a block: for each block without an end it would search the rest of the file again.
  return begins.map(({ 0: begin, 1: label = '', index }, place) => {
    const block = text.slice(index, begins[place + 1]?.index);
    const end = `-----END ${label}-----`;
    const length = block.indexOf(end);
    const body = length < 0 ? '' : block.slice(begin.length, length);
    return {
      label,
      text: length < 0 ? '' : withoutIndentation(block.slice(0, length + end.length)),
      der: Buffer.from(body.includes(':') ? '' : body, 'base64'),
    };
  });
}

function withoutIndentation(text: string): string {
  return `${text
    .split(/\r\n?|\n/u)
    .map((line) => line.trim())
    .join('\n')}\n`;
}
