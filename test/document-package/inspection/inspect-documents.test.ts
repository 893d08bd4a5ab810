import assert from 'node:assert/strict';
import { PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { inspectDocuments, MAX_DOCUMENT_BYTES } from '../../../document-package/inspection/index.js';
import { referenceDocuments } from '../../reference-material.js';

describe('the inspection of documents', () => {
  let pdf: Uint8Array;

  before(async () => {
    pdf = await makePdf();
  });

  const inspect = async (content: Uint8Array, mediaType = 'application/pdf') =>
    inspectDocuments([{ path: 'documents[0]', mediaType, content }]);
  const problemOf = async (content: Uint8Array, mediaType?: string) => {
    const { problems } = await inspect(content, mediaType);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]!.path, 'documents[0]');
    return problems[0]!.message;
  };

  it('takes every test document that Posten publishes, and tells its version and pages', async function () {
    const documents = referenceDocuments(this);
    const { problems, documents: facts } = await inspectDocuments(
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

  it('takes plain text, and nothing else beside PDF', async () => {
    assert.deepEqual((await inspect(Buffer.from('Avtale'), 'text/plain')).problems, []);
    assert.match(
      await problemOf(Buffer.from('PK'), 'application/zip'),
      /cannot be signed; give application\/pdf/,
    );
  });

  it('refuses what is empty, no PDF, incomplete or damaged', async () => {
    assert.match(await problemOf(new Uint8Array()), /is empty/);
    assert.match(
      await problemOf(Buffer.from('PK\x03\x04 a Word document')),
      /is not a PDF; export it as PDF/,
    );
    assert.match(await problemOf(pdf.subarray(0, pdf.length - 40)), /incomplete PDF, its end is missing/);
    assert.match(
      await problemOf(Buffer.from('%PDF-1.4\nnothing in here\n%%EOF')),
      /damaged PDF; export it again/,
    );
  });

  it('refuses a PDF without pages', async () => {
    const document = await PDFDocument.create();
    assert.match(await problemOf(await document.save({ addDefaultPage: false })), /without pages/);
  });

  it('refuses every password protection, also one that is for changing only', async () => {
    for (const algorithm of ['AES-256', 'AES-128', 'RC4-128', 'RC4-40'] as const) {
      for (const passwords of [{ userPassword: 'les', ownerPassword: 'skriv' }, { ownerPassword: 'skriv' }]) {
        for (const useObjectStreams of [true, false]) {
          const document = await PDFDocument.load(pdf);
          document.encrypt({ ...passwords, algorithm, allowWeakCryptography: true });
          const content = await document.save({ useObjectStreams });
          assert.match(await problemOf(content), /protected with a password.*remove/, algorithm);
        }
      }
    }
  });

  it('takes PDF 1.1 to 1.7 by header or catalog, and PDF 2.0 only as PDF/A', async () => {
    const withHeader = (version: string) => {
      const changed = Buffer.from(pdf);
      changed.write(`%PDF-${version}`, 0, 'latin1');
      return changed;
    };
    for (const version of ['1.1', '1.7']) {
      const { problems, documents } = await inspect(withHeader(version));
      assert.deepEqual(problems, []);
      assert.equal(documents[0]!.pdf!.version, version);
    }
    for (const version of ['1.0', '2.0']) {
      assert.match(await problemOf(withHeader(version)), new RegExp(`is PDF ${version}; the service takes`));
    }
    assert.match(await problemOf(await makePdf({ catalogVersion: '2.0' })), /is PDF 2\.0/);
    const archival = await makePdf({ catalogVersion: '2.0', pdfAPart: 4 });
    const { problems, documents } = await inspect(archival);
    assert.deepEqual(problems, []);
    assert.deepEqual(documents[0]!.pdf, { version: '2.0', isPdfA: true, pages: 1 });
  });

  it('names every problem, those of all documents together too', async () => {
    const documents = Array.from({ length: 21 }, (_, index) => ({
      path: `documents[${index}]`,
      mediaType: index === 7 ? 'text/html' : 'application/pdf',
      content: index === 3 ? Buffer.alloc(MAX_DOCUMENT_BYTES) : pdf,
    }));
    const { problems } = await inspectDocuments(documents);
    assert.deepEqual(
      problems.map(({ path, message }) => `${path} ${message.slice(0, 24)}`),
      [
        'documents at most 20 documents can',
        'documents together they may have 1',
        'documents[3] is not a PDF; export it ',
        'documents[7] has a type that cannot b',
      ],
    );
    assert.match((await inspectDocuments([])).problems[0]!.message, /at least one document/);
  });

  it('takes exactly 20 documents and 10 485 760 bytes', async () => {
    const size = Math.floor(MAX_DOCUMENT_BYTES / 20);
    const documents = Array.from({ length: 20 }, (_, index) => ({
      path: `documents[${index}]`,
      mediaType: 'text/plain',
      content: Buffer.alloc(size, 'a'),
    }));
    assert.equal(size * 20, MAX_DOCUMENT_BYTES);
    assert.deepEqual((await inspectDocuments(documents)).problems, []);
    documents[0]!.content = Buffer.alloc(size + 1, 'a');
    assert.match(
      (await inspectDocuments(documents)).problems[0]!.message,
      /10485760 bytes, here are 10485761/,
    );
  });
});

async function makePdf(
  options: { readonly catalogVersion?: string; readonly pdfAPart?: number } = {},
): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage().drawText('Avtale', { x: 50, y: 700 });
  if (options.catalogVersion !== undefined) {
    document.catalog.set(PDFName.of('Version'), PDFName.of(options.catalogVersion));
  }
  if (options.pdfAPart !== undefined) {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="${options.pdfAPart}"/>` +
      '</rdf:RDF></x:xmpmeta>';
    const stream = document.context.flateStream(xmp, { Type: 'Metadata', Subtype: 'XML' });
    document.catalog.set(PDFName.of('Metadata'), document.context.register(stream));
  }
  return await document.save();
}
