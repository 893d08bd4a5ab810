import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import type { PackagedDocument } from '@signering/document-package';
import { createXadesSignature, type SigningKey } from '@signering/signatures';

const SIZES_FOLLOW_AND_UTF8 = 0x0808;
const DEFLATED = 8;

/** A package as other clients write it. */
export interface HandmadePackage {
  readonly manifest: string;
  readonly documents: readonly PackagedDocument[];
  readonly certificate: SigningKey;
  /** How the signature names a file. @default by its name */
  readonly uriOf?: (name: string) => string;
}

/**
 * A document package without the product's own writer: every entry is deflated, with its sizes in a data descriptor
 * behind it only, as Java and .NET write to a stream. Spec: APPNOTE.TXT, 4.3.
 */
export function packByHand({
  manifest,
  documents,
  certificate,
  uriOf = (name) => name,
}: HandmadePackage): Buffer {
  const files = [
    ...documents,
    { name: 'manifest.xml', mediaType: 'application/xml', content: Buffer.from(manifest) },
  ];
  const signatures = createXadesSignature({
    references: files.map(({ name, mediaType, content }, index) => ({
      id: `ID_${index}`,
      uri: uriOf(name),
      sha256: createHash('sha256').update(content).digest('base64'),
      mediaType,
    })),
    certificate,
    signingTime: new Date(),
  });
  return zip([...files, { name: 'META-INF/signatures.xml', content: Buffer.from(signatures) }]);
}

function zip(files: readonly { readonly name: string; readonly content: Uint8Array }[]): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const data = deflateRawSync(content);
    const sums = words(crc32(content), data.length, content.length);
    const frame = Buffer.concat([halves(20, SIZES_FOLLOW_AND_UTF8, DEFLATED, 0, 0x21)]);
    const names = halves(Buffer.byteLength(name), 0);
    const entry = Buffer.concat([
      words(0x04034b50),
      frame,
      words(0, 0, 0),
      names,
      Buffer.from(name),
      data,
      words(0x08074b50),
      sums,
    ]);
    directory.push(
      Buffer.concat([
        words(0x02014b50),
        halves(20),
        frame,
        sums,
        names,
        halves(0, 0, 0),
        words(0, offset),
        Buffer.from(name),
      ]),
    );
    entries.push(entry);
    offset += entry.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.concat([
    words(0x06054b50),
    halves(0, 0, files.length, files.length),
    words(listed.length, offset),
    halves(0),
  ]);
  return Buffer.concat([...entries, listed, end]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}
