/** One block between `-----BEGIN label-----` and `-----END label-----`. */
export interface PemBlock {
  readonly label: string;
  /** As it stands in the file, without indentation. */
  readonly text: string;
  /** Decoded; empty where the block is encrypted as a whole (RFC 1421 headers). */
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/gu;

/** Whether these bytes are PEM, which is text. */
export function isPem(content: Uint8Array): boolean {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes('-----BEGIN ');
}

/** Every block of a PEM file, in its order; text between them is ignored. Spec: RFC 7468, 2. */
export function pemBlocksOf(content: Uint8Array): readonly PemBlock[] {
  const text = Buffer.from(content).toString('latin1');
  return [...text.matchAll(BLOCK)].map(([whole, label = '', body = '']) => ({
    label,
    text: `${whole.replaceAll(/^[ \t]+|[ \t]+$/gmu, '')}\n`,
    der: Buffer.from(body.includes(':') ? '' : body, 'base64'),
  }));
}
