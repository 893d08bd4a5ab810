import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { DocumentPackageInvalidError, readDocumentPackage } from '@signering/document-package';
import { createXadesSignature } from '@signering/signatures';
import { zip, type ZippedFile } from '../document-package/zip-files.js';
import { fuzzCertificate } from './certificates.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mutateBytes, mutateInput } from './mutate-bytes.js';
import type { SeededRandom } from './seeded-random.js';

const SIGNING_TIME = new Date('2026-03-01T12:00:00.000Z');
const LOCAL_HEADER = 0x04_03_4b_50;
const DIRECTORY_HEADER = 0x02_01_4b_50;
const END_OF_DIRECTORY = 0x06_05_4b_50;

const DICTIONARY = [
  ...[
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    'PK\x06\x06',
    'PK\x06\x07',
    'PK\x07\x08',
    '../',
    '/',
    '\\',
    'C:',
  ],
  ...['META-INF/signatures.xml', 'manifest.xml', 'mimetype', '\0', Buffer.of(0x01, 0x00, 0x18, 0x00)],
  ...[
    '<ds:Reference URI="#a">',
    'Algorithm="',
    'Id="',
    '<!DOCTYPE a>',
    '</ds:Signature>',
    '==',
    'URI=""',
    '#',
  ],
  ...['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
];

/** The document package: its ZIP, broken as bytes and in its fields, and the signature file in it. */
export const ZIP_TARGET: FuzzTarget = {
  name: 'ZIP and package',
  share: 8,
  maxMs: 3000,
  open: async () => {
    const { key } = await fuzzCertificate();
    const documents: readonly ZippedFile[] = [
      { name: 'contract.pdf', content: Buffer.from(`%PDF-1.7 ${'text '.repeat(40)}`) },
      { name: 'annex ø.txt', content: Buffer.from('Vedlegg') },
      { name: 'manifest.xml', content: Buffer.from('<manifest/>') },
    ];
    const xml = createXadesSignature({
      references: documents.map(({ name, content }, index) => ({
        id: `ID_${index}`,
        uri: name,
        sha256: createHash('sha256').update(content).digest('base64'),
        mediaType: 'application/pdf',
      })),
      certificate: key,
      signingTime: SIGNING_TIME,
    });
    const signature = { name: 'META-INF/signatures.xml', content: Buffer.from(xml) };
    const files = [...documents, signature];
    const corpus = [
      await zip(files),
      await zip(files, { store: true }),
      await zip([{ name: 'a/', content: Buffer.alloc(0) }, ...files]),
    ];
    const material = { corpus, dictionary: DICTIONARY, maxBytes: 40_000 };
    return {
      next: (random) => {
        if (random.oneIn(3)) return mutateBytes(random, material);
        if (random.oneIn(2)) return withChangedField(Buffer.from(random.pick(corpus)), random);
        const broken = mutateInput(signature.content, random, { ...material, corpus: [signature.content] });
        return storedZip([...documents, { ...signature, content: broken }]);
      },
      parse: async (input) => {
        await readDocumentPackage(input, { now: SIGNING_TIME });
      },
      isRefusal: (error) => error instanceof DocumentPackageInvalidError,
    };
  },
};

const FIELDS = [
  { signature: LOCAL_HEADER, offsets: [4, 6, 8, 14, 18, 22, 26, 28] },
  { signature: DIRECTORY_HEADER, offsets: [6, 8, 10, 16, 20, 24, 28, 30, 32, 34, 38, 42] },
  { signature: END_OF_DIRECTORY, offsets: [4, 6, 8, 10, 12, 16, 20] },
];
const VALUES = [0, 1, 8, 9, 20, 0xff, 0x08_00, 0xff_ff, 0x7f_ff_ff_ff, 0xff_ff_ff_fe, 0xff_ff_ff_ff];

/** One or two fields of the ZIP's records say something else: sizes, places, methods, flags, counts. */
function withChangedField(file: Buffer, random: SeededRandom): Buffer {
  for (let times = 1 + random.below(2); times > 0; times -= 1) {
    const { signature, offsets } = random.pick(FIELDS);
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(signature);
    let at = file.indexOf(magic, random.below(file.length));
    if (at === -1) at = file.indexOf(magic);
    const field = at + random.pick(offsets);
    if (at === -1 || field + 4 > file.length) continue;
    if (random.oneIn(2)) file.writeUInt16LE(random.pick(VALUES) & 0xff_ff, field);
    else file.writeUInt32LE(random.pick(VALUES), field);
  }
  return file;
}

/** A ZIP with right sizes and checksums, so that what is in its entries is looked at. */
function storedZip(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const nameBytes = Buffer.from(name);
    // From the version needed to the length of the extra field: the same in both records. Flag 11: names are UTF-8.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x08_00, 2);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, nameBytes, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, rest, nameBytes]));
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
