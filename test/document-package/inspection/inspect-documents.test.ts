import assert from 'node:assert/strict';
import { PDFDocument } from '@cantoo/pdf-lib';
import { inspectDocuments } from '@signering/document-package/inspection';
import { MAX_DOCUMENT_BYTES, PROBLEM_REASONS } from '@signering/schema';
import { referenceDocuments } from '../../reference-material.js';
import { caseFile } from './cases.js';
import { makePdf } from './made-pdf.js';

describe('the inspection of documents', () => {
  let pdf: Uint8Array;

  before(async () => {
    pdf = await makePdf();
  });

  const inspect = (content: Uint8Array, mediaType = 'application/pdf') =>
    inspectDocuments([{ path: 'documents[0]', mediaType, content }]);
  const problemOf = (content: Uint8Array, mediaType?: string) => {
    const { problems } = inspect(content, mediaType);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]!.path, 'documents[0]');
    return problems[0]!.message;
  };

  it('accepts every test document that Posten publishes, and reports its version and pages', function () {
    const documents = referenceDocuments(this);
    const { problems, documents: facts } = inspectDocuments(
      documents.map(({ name, content }) => ({ path: name, mediaType: 'application/pdf', content })),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      facts.map(({ path, pdf: found }) => [path, found!.version, found!.isPdfA, found!.pages]),
      [
        ['PDF-1-2-testdokument.pdf', '1.2', false, 1],
        ['PDF-1-3-testdokument.pdf', '1.3', false, 1],
        ['PDF-1-4-testdokument.pdf', '1.4', false, 1],
        ['PDF-1-5-testdokument.pdf', '1.5', false, 1],
        ['PDF-1-6-testdokument.pdf', '1.6', false, 1],
        ['PDF-A-testdokument.pdf', '1.7', true, 1],
      ],
    );
  });

  it('accepts plain text and PDF only', () => {
    assert.deepEqual(inspect(Buffer.from('Avtale'), 'text/plain').problems, []);
    assert.match(problemOf(Buffer.from('PK'), 'application/zip'), /cannot be signed; give application\/pdf/);
  });

  it('rejects empty, incomplete and damaged files and files of other types', () => {
    assert.match(problemOf(new Uint8Array()), /is empty/);
    assert.match(problemOf(Buffer.from('PK\x03\x04 a Word document')), /is not a PDF; export it as PDF/);
    assert.match(problemOf(pdf.subarray(0, pdf.length - 40)), /incomplete PDF, its end is missing/);
    assert.match(
      problemOf(Buffer.from('%PDF-1.4\nnothing in here\n%%EOF')),
      /damaged PDF: its catalog cannot be read; export it again/,
    );
  });

  it('accepts files that readers repair or complete with defaults, and rejects a file that lost a page', () => {
    const classic = classicPdf();
    const taken: Readonly<Record<string, string>> = {
      'a catalog without type': classic.replace('/Type /Catalog', ''),
      'a page tree without type': classic.replace('/Type /Pages', ''),
      'a page without type': classic.replace('/Type /Page ', ''),
      'a page without MediaBox': classic.replaceAll('/MediaBox [0 0 595 842]', ''),
      'a page as a direct object': classic.replace('[3 0 R 4 0 R]', '[<</Type /Page /Parent 2 0 R>> 4 0 R]'),
      'a page that the tree names twice': classic.replace('[3 0 R 4 0 R]', '[3 0 R 3 0 R]'),
      'an abbreviated filter name': classic.replace('/FlateDecode', '/Fl'),
      'junk behind startxref': classic.replace('startxref', 'startxref junk'),
      '2 kB of HTML behind the end': `${classic}<html>${' '.repeat(2000)}</html>`,
    };
    for (const [what, text] of Object.entries(taken)) {
      const { problems, documents } = inspect(Buffer.from(text, 'latin1'));
      assert.deepEqual(problems, [], what);
      const [found] = documents;
      assert.equal(found?.pdf?.pages, 2, what);
      assert.deepEqual(found.pdf.warnings, [], what);
    }
    const [miscounted] = inspect(Buffer.from(classic.replace('/Count 2', '/Count 7'))).documents;
    assert.deepEqual(miscounted?.pdf?.warnings, ['has 2 pages but declares 7']);
    const refused: Readonly<Record<string, string>> = {
      'page 2 is missing': classic.replace('4 0 obj', '8 0 obj'),
      'page 2 is cut off': classic.replace(/4 0 obj.*?endobj/su, '4 0 obj\n<</Type /Page>>\n<<'),
      'page 1 cannot be found': classic.replace('/Kids [3 0 R 4 0 R]', ''),
    };
    for (const [what, text] of Object.entries(refused)) {
      assert.equal(problemOf(Buffer.from(text, 'latin1')), `is a damaged PDF: ${what}; export it again`);
    }
  });

  it('gives the expected verdict for each faulty document', async () => {
    const verdicts: Readonly<Record<string, string>> = {
      'pdf-catalog-without-type.pdf': '',
      'pdf-cut-middle.pdf': 'is a damaged PDF: page 2 cannot be read; export it again',
      'pdf-filter-name-abbreviated.pdf': '',
      'pdf-page-without-mediabox.pdf': '',
      'pdf-trailing-html-2k.pdf': '',
    };
    for (const [name, verdict] of Object.entries(verdicts)) {
      const { problems, documents } = inspect(await caseFile(name));
      assert.equal(problems[0]?.message ?? '', verdict, name);
      if (verdict === '') assert.equal(documents[0]?.pdf?.pages, 2, name);
    }
    assert.match(
      problemOf(await caseFile('text-latin1.txt'), 'text/plain'),
      /is not UTF-8 text: byte \d+ is 0x/,
    );
  });

  it('names the first byte of a plain text that is not UTF-8, and a control character', () => {
    assert.deepEqual(inspect(Buffer.from('Kjøpekontrakt\r\n\tæøå €'), 'text/plain').problems, []);
    const latin1 = Buffer.from('Avtale om kjøp', 'latin1');
    const utf16 = Buffer.from('\uFEFFAvtale om kjøp', 'utf16le');
    for (const content of [utf16, Buffer.from(utf16).swap16()]) {
      assert.match(problemOf(content, 'text/plain'), /is UTF-16 text.*iconv -f UTF-16/);
    }
    assert.match(problemOf(latin1, 'text/plain'), /is not UTF-8 text: byte 13 is 0xF8; .*iconv -f/);
    assert.match(problemOf(Buffer.from('æø').subarray(0, 3), 'text/plain'), /byte 3 is 0xC3/);
    assert.match(problemOf(Buffer.from('PK\u0003\u0004'), 'text/plain'), /control character U\+0003/);
  });

  it('rejects a PDF without pages', async () => {
    const document = await PDFDocument.create();
    assert.match(problemOf(await document.save({ addDefaultPage: false })), /without pages/);
  });

  it('rejects a page tree whose root has lost its kids, even if it is typed as a page', async () => {
    const document = await PDFDocument.load(pdf);
    const content = Buffer.from(await document.save({ useObjectStreams: false })).toString('latin1');
    const damaged = content
      .replace(/\/Kids \[[^\]]*\]/u, '/Kiots [ ]')
      .replace(/\/Type \/Pages/u, '/Type /Page');
    for (const text of [damaged, damaged.replace(/\/Count \d+/u, '')]) {
      assert.match(problemOf(Buffer.from(text, 'latin1')), /page 1 cannot be found/);
    }
  });

  it('rejects every password protection, including one against changes only', async () => {
    for (const algorithm of ['AES-256', 'AES-128', 'RC4-128', 'RC4-40'] as const) {
      for (const passwords of [{ userPassword: 'les', ownerPassword: 'skriv' }, { ownerPassword: 'skriv' }]) {
        for (const useObjectStreams of [true, false]) {
          const document = await PDFDocument.load(pdf);
          document.encrypt({ ...passwords, algorithm, allowWeakCryptography: true });
          const content = await document.save({ useObjectStreams });
          assert.match(problemOf(content), /protected with a password.*remove/, algorithm);
        }
      }
    }
  });

  it('accepts PDF 1.1 to 1.7 by header or catalog, and PDF 2.0 only as PDF/A', async () => {
    const withHeader = (version: string) => {
      const changed = Buffer.from(pdf);
      changed.write(`%PDF-${version}`, 0, 'latin1');
      return changed;
    };
    for (const version of ['1.1', '1.7']) {
      const { problems, documents } = inspect(withHeader(version));
      assert.deepEqual(problems, []);
      assert.equal(documents[0]!.pdf!.version, version);
    }
    for (const version of ['1.0', '2.0']) {
      assert.match(problemOf(withHeader(version)), new RegExp(`is PDF ${version}; the service accepts`));
    }
    assert.match(problemOf(await makePdf({ catalogVersion: '2.0' })), /is PDF 2\.0/);
    const archival = await makePdf({ catalogVersion: '2.0', pdfAPart: 4 });
    const { problems, documents } = inspect(archival);
    assert.deepEqual(problems, []);
    assert.deepEqual(documents[0]!.pdf, {
      version: '2.0',
      isPdfA: true,
      pdfaLevel: '4',
      pages: 1,
      warnings: [],
    });
  });

  it('reports the part and conformance level of PDF/A that the metadata claims', async () => {
    const levels = {
      'pdfaid:part="1" pdfaid:conformance="A"/>': '1A',
      "pdfaid:conformance='u' pdfaid:part='2'/>": '2U',
      '><pdfaid:part>3</pdfaid:part><pdfaid:conformance> B </pdfaid:conformance></rdf:Description>': '3B',
      'pdfaid:part="9" pdfaid:conformance="B"/>': undefined,
    };
    for (const [claim, level] of Object.entries(levels)) {
      const [document] = inspect(await makePdf({ pdfAClaim: claim })).documents;
      assert.deepEqual([document?.pdf?.isPdfA, document?.pdf?.pdfaLevel], [true, level], claim);
    }
  });

  it('gives each refusal a reason that programs can name in their own words', async () => {
    const empty = await PDFDocument.create();
    const locked = await PDFDocument.load(pdf);
    locked.encrypt({ userPassword: 'les', ownerPassword: 'skriv', algorithm: 'AES-256' });
    const document = { path: 'a', mediaType: 'application/pdf', content: pdf };
    const refused: Readonly<Record<string, ReturnType<typeof inspect>>> = {
      NO_DOCUMENTS: inspectDocuments([]),
      TOO_MANY_DOCUMENTS: inspectDocuments(Array.from({ length: 21 }, () => document)),
      DOCUMENTS_TOO_LARGE: inspect(Buffer.alloc(MAX_DOCUMENT_BYTES + 1, 'a'), 'text/plain'),
      EMPTY: inspect(new Uint8Array()),
      TYPE_NOT_ACCEPTED: inspect(Buffer.from('PK'), 'application/zip'),
      NOT_PLAIN_TEXT: inspect(Buffer.from('kjøp', 'latin1'), 'text/plain'),
      NOT_PDF: inspect(Buffer.from('PK')),
      PDF_DAMAGED: inspect(pdf.subarray(0, pdf.length - 40)),
      PDF_PROTECTED: inspect(await locked.save()),
      PDF_WITHOUT_PAGES: inspect(await empty.save({ addDefaultPage: false })),
      PDF_VERSION: inspect(await makePdf({ catalogVersion: '2.0' })),
    };
    for (const [reason, { problems }] of Object.entries(refused)) {
      assert.deepEqual(
        problems.map((problem) => problem.reason),
        [reason],
      );
    }
    // The first is in the tests of hostile PDFs. The others are of whole orders, and of batches.
    const ofBatches = ['SAME_REFERENCE', 'REFERENCE_TAKEN', 'ALREADY_SENT', 'CELL_EMPTY', 'TOO_MANY_ROWS'];
    const elsewhere = ['PDF_TOO_COMPLEX', 'SAME_TITLE', 'SAME_SIGNER', ...ofBatches];
    assert.deepEqual([...Object.keys(refused), ...elsewhere].sort(), [...PROBLEM_REASONS].sort());
  });

  it('reports every problem, including those of all documents together', () => {
    const documents = Array.from({ length: 21 }, (_, index) => ({
      path: `documents[${index}]`,
      mediaType: index === 7 ? 'text/html' : 'application/pdf',
      content: index === 3 ? Buffer.alloc(MAX_DOCUMENT_BYTES) : pdf,
    }));
    const { problems } = inspectDocuments(documents);
    assert.deepEqual(
      problems.map(({ path, message }) => `${path} ${message.slice(0, 24)}`),
      [
        'documents at most 20 documents can',
        'documents together they may have 1',
        'documents[3] is not a PDF; export it ',
        'documents[7] has a type that cannot b',
      ],
    );
    assert.match(inspectDocuments([]).problems[0]!.message, /at least one document/);
  });

  it('accepts exactly 20 documents and 10 485 760 bytes', () => {
    const size = Math.floor(MAX_DOCUMENT_BYTES / 20);
    const documents = Array.from({ length: 20 }, (_, index) => ({
      path: `documents[${index}]`,
      mediaType: 'text/plain',
      content: Buffer.alloc(size, 'a'),
    }));
    assert.equal(size * 20, MAX_DOCUMENT_BYTES);
    assert.deepEqual(inspectDocuments(documents).problems, []);
    documents[0]!.content = Buffer.alloc(size + 1, 'a');
    assert.match(inspectDocuments(documents).problems[0]!.message, /10485760 bytes, these have 10485761/);
  });
});

/** Two pages in the form of PDF 1.4, with an invalid cross-reference, because each change moves its objects. */
function classicPdf(): string {
  const objects = [
    '<</Type /Catalog /Pages 2 0 R>>',
    '<</Type /Pages /Count 2 /Kids [3 0 R 4 0 R]>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>',
    '<</Length 0 /Filter /FlateDecode>>\nstream\n\nendstream',
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return `%PDF-1.4\n${body}xref\n0 0\ntrailer\n<</Root 1 0 R /Size 6>>\nstartxref\n9\n%%EOF\n`;
}
