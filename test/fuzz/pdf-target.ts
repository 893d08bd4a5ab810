import { PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { inspectDocuments } from '@signering/document-package/inspection';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import { fuzzCertificate } from './certificates.js';
import type { FuzzSubject, FuzzTarget } from './fuzz-target.js';
import { mutateBytes } from './mutate-bytes.js';
import { checkPades } from '../signatures/short-verdict.js';

const DICTIONARY = [
  ...[
    '%PDF-1.7\n',
    '%%EOF',
    '\nendobj\n',
    '1 0 obj\n',
    'stream\n',
    '\nendstream',
    'xref\n',
    'trailer\n',
    'startxref\n',
  ],
  ...[
    '<<',
    '>>',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '/',
    '%',
    '\\',
    '1 0 R',
    '2 0 R',
    '3 0 R',
    '9999999 0 R',
    'null',
    'true',
  ],
  ...[
    '/Type /Pages',
    '/Type /Page',
    '/Type /ObjStm',
    '/Type /XRef',
    '/Kids [1 0 R]',
    '/Parent 1 0 R',
    '/Count -1',
  ],
  ...[
    '/Length 99999999',
    '/Filter /FlateDecode',
    '/Filter [/ASCII85Decode /LZWDecode /RunLengthDecode]',
    '/N 99999',
  ],
  ...[
    '/First 0',
    '/W [1 2 1]',
    '/W [0 0 0]',
    '/Index [0 99999999]',
    '/Prev 0',
    '/Encrypt 1 0 R',
    '/Root 1 0 R',
  ],
  ...[
    '/Version /2.0',
    '/Metadata 1 0 R',
    '/ByteRange [0 1 2 3]',
    '/Contents <3080>',
    '/SubFilter /ETSI.CAdES.detached',
  ],
];

async function openWith(parse: (content: Buffer) => void | Promise<unknown>): Promise<FuzzSubject> {
  const { key } = await fuzzCertificate();
  const classic = await makePdf({ useObjectStreams: false });
  const sealed = await sealPdf({
    pdf: classic,
    certificate: key,
    name: 'Avsender AS',
    reason: 'Forsegling',
  });
  const corpus = [
    Buffer.from(classic),
    Buffer.from(await makePdf({ useObjectStreams: true })),
    Buffer.from(await makePdf({ useObjectStreams: true, encrypt: true })),
    sealed,
  ];
  const material = { corpus, dictionary: DICTIONARY, maxBytes: 64_000 };
  return {
    next: (random) => mutateBytes(random, material),
    parse: async (content) => {
      await parse(content);
    },
    // It does not throw: what is wrong with a document is a result.
    isRefusal: () => false,
  };
}

/** The inspection of documents before they are sent. */
export const PDF_TO_SEND_TARGET: FuzzTarget = {
  name: 'PDF to send',
  share: 20,
  maxMs: 15_000,
  open: () =>
    openWith((content) => {
      inspectDocuments([{ path: 'documents[0]', mediaType: 'application/pdf', content }]);
    }),
};

/** The examination of signed documents that come back. */
export const SIGNED_PDF_TARGET: FuzzTarget = {
  name: 'signed PDF',
  share: 2,
  maxMs: 15_000,
  open: () => openWith(checkPades),
};

async function makePdf(options: { useObjectStreams: boolean; encrypt?: boolean }): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage().drawText('Avtale', { x: 50, y: 700 });
  document.addPage();
  document.catalog.set(PDFName.of('Version'), PDFName.of('1.7'));
  const metadata = document.context.flateStream('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', {
    Type: 'Metadata',
  });
  document.catalog.set(PDFName.of('Metadata'), document.context.register(metadata));
  if (options.encrypt === true) document.encrypt({ ownerPassword: 'skriv', algorithm: 'AES-128' });
  return await document.save({ useObjectStreams: options.useObjectStreams });
}
