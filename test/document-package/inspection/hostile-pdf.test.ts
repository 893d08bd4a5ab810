import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { inspectDocuments } from '@signering/document-package/inspection';

const OBJECTS =
  '%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R /Metadata 5 0 R>>\nendobj\n' +
  '2 0 obj\n<</Type /Pages /Count 1 /Kids [4 0 R]>>\nendobj\n4 0 obj\n<</Type /Page /Parent 2 0 R>>\nendobj\n';
const END = '\ntrailer\n<</Root 1 0 R /Size 6>>\nstartxref\n0\n%%EOF';
const TOO_MUCH_WORK = /takes too much work to read; export it again/;

const inspect = (content: Buffer) =>
  inspectDocuments([{ path: 'documents[0]', mediaType: 'application/pdf', content }]);
const problemOf = (content: Buffer) => inspect(content).problems[0]?.message ?? '';
const packedObjects = (plain: Buffer, entries: string) => {
  const packed = deflateSync(plain);
  return Buffer.concat([
    Buffer.from(`${OBJECTS}5 0 obj\n<<${entries} /Length ${packed.length} /Filter /FlateDecode>>\nstream\n`),
    packed,
    Buffer.from(`\nendstream\nendobj${END}`),
  ]);
};

/** Peak of resident memory added by reading a document. Reading is synchronous, so it is measured afterwards. */
function memoryOf(content: Buffer): number {
  const before = process.memoryUsage().rss;
  inspect(content);
  return process.memoryUsage().rss - before;
}

describe('a hostile PDF', () => {
  it('with a number of 300,000 digits is read in a single pass', () => {
    assert.deepEqual(inspect(Buffer.from(`${OBJECTS}x${'1'.repeat(300_000)}${END}`)).problems, []);
  });

  it('whose object stream unpacks to 120 MB is rejected before it is unpacked', () => {
    const bomb = packedObjects(Buffer.alloc(120_000_000, ' '), '/Type /ObjStm /N 1 /First 4');
    assert.ok(memoryOf(bomb) < 300_000_000);
    assert.match(problemOf(bomb), TOO_MUCH_WORK);
    assert.equal(inspect(bomb).problems[0]?.reason, 'PDF_TOO_COMPLEX');
  });

  it('whose object stream is compressed twice is rejected', () => {
    const once = deflateSync(Buffer.alloc(120_000_000, ' '));
    const bomb = packedObjects(once, '/Type /ObjStm /N 1 /First 4');
    const twice = Buffer.from(
      bomb.toString('latin1').replace('/Filter /FlateDecode', '/Filter [/FlateDecode /FlateDecode]'),
      'latin1',
    );
    assert.ok(memoryOf(twice) < 300_000_000);
    assert.match(problemOf(twice), TOO_MUCH_WORK);
  });

  it('whose metadata unpacks to 100 MB is read without the metadata', () => {
    const content = packedObjects(Buffer.alloc(100_000_000), '/Type /Metadata');
    assert.ok(memoryOf(content) < 200_000_000);
    const { problems, documents } = inspect(content);
    assert.deepEqual(problems, []);
    assert.equal(documents[0]?.pdf?.isPdfA, false);
  });

  it('with a loop in the page tree is rejected', () => {
    const loop = OBJECTS.replace('[4 0 R]', '[4 0 R 2 0 R]') + END;
    assert.match(problemOf(Buffer.from(loop)), /page 2 is part of a loop in the page tree/);
  });

  it('whose page tree names each node twice, forty levels deep, is rejected for too much work', () => {
    let nodes = '';
    for (let number = 10; number < 50; number += 1) {
      nodes += `${number} 0 obj\n<</Kids [${number + 1} 0 R ${number + 1} 0 R]>>\nendobj\n`;
    }
    const page = '50 0 obj\n<</Type /Page>>\nendobj\n';
    const wide = OBJECTS.replace('[4 0 R]', '[10 0 R]') + nodes + page + END;
    assert.match(problemOf(Buffer.from(wide)), /takes too much work/);
  });

  it('is rejected for too much work, wherever the work occurs', () => {
    const emptyInBomb = deflateSync(Buffer.concat([deflateSync(''), Buffer.alloc(50_000_000)]));
    const layered = packedObjects(deflateSync(emptyInBomb), '/Type /ObjStm /N 1 /First 4');
    const layers = layered.toString('latin1').replace('/FlateDecode', '[/Fl /Fl /Fl /Fl]');
    const stream = layers.slice(OBJECTS.length, layers.indexOf(END));
    const works: Readonly<Record<string, string>> = {
      'a bomb that unpacks to nothing, again and again':
        OBJECTS + [5, 6].map((number) => stream.replace('5', String(number))).join('') + END,
      'very many filters': `${OBJECTS}5 0 obj<</Type/ObjStm/Filter[${'/Fl'.repeat(70_000)}]>>stream\nendstream${END}`,
      'very many broken trailers': OBJECTS + 'trailer '.repeat(150_000) + END,
      'open strings to an end with a backslash': `%PDF-1.7 ${END}${'1 0 obj[('.repeat(100)}${'x'.repeat(1_000_000)}\\`,
    };
    for (const [what, text] of Object.entries(works)) {
      assert.match(problemOf(Buffer.from(text, 'latin1')), TOO_MUCH_WORK, what);
    }
  });

  it('whose cross-reference offset is far beyond the end gets no extra work budget', () => {
    const bomb = packedObjects(Buffer.alloc(120_000_000, ' '), '/Type /ObjStm /N 1 /First 4');
    const text = bomb.toString('latin1').replace('startxref\n0', 'startxref\n2000000000');
    assert.match(problemOf(Buffer.from(text, 'latin1')), TOO_MUCH_WORK);
  });

  it('with endless cross-reference rows or a self-referencing object stream is rejected', () => {
    const section = (entries: string, rows: Buffer) =>
      `5 0 obj\n<</Root 1 0 R /Size 7 /W [1 2 1] /Length ${rows.length} ${entries}>>\nstream\n` +
      `${rows.toString('latin1')}\nendstream\nendobj\nstartxref\n`;
    const predicted = (columns: string) =>
      `%PDF-1.7\n${section(`/Filter /Fl /DecodeParms <</Predictor 12 /Columns ${columns}>>`, deflateSync('rows'))}9\n%%EOF`;
    const container =
      '%PDF-1.7\n3 0 obj\n<</Type /ObjStm /N 1 /First 4 /Length 6 0 R>>\nstream\n6 0 7\nendstream\nendobj\n';
    // Objects 1 and 6 are in object stream 3, whose length is object 6.
    const rows = Buffer.from('00000000020003000000000001000900000000000000000002000300', 'hex');
    const texts = [
      predicted('9999999999999999'),
      predicted('1e999'),
      `${container}${section('', rows)}${container.length}\n%%EOF`,
    ];
    for (const text of texts) {
      assert.match(problemOf(Buffer.from(text, 'latin1')), /its catalog cannot be read; export it again/);
    }
  });

  it('with very many references to pages, objects or sections is read or rejected within the work limit', () => {
    const kids = OBJECTS.replace('[4 0 R]', `[${'9 0 R '.repeat(300_000)}]`);
    const objects = OBJECTS + '7 0 obj<<>>endobj\n'.repeat(100_000);
    const nested = `${OBJECTS}7 0 obj${'[<<'.repeat(1_000_000)}`;
    const dictionaries = OBJECTS.replace('/Type /Pages', `/Type /Pages /X [${'<<>>'.repeat(600_000)}]`);
    for (const text of [kids, objects, nested, dictionaries]) {
      assert.ok(memoryOf(Buffer.from(text + END)) < 500_000_000);
    }
  });
});
