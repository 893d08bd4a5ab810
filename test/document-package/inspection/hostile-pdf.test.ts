import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { inspectDocuments } from '../../../document-package/inspection/index.js';

const OBJECTS =
  '%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R /Metadata 5 0 R>>\nendobj\n' +
  '2 0 obj\n<</Type /Pages /Count 1 /Kids [4 0 R]>>\nendobj\n4 0 obj\n<</Type /Page /Parent 2 0 R>>\nendobj\n';
const END = '\ntrailer\n<</Root 1 0 R /Size 6>>\nstartxref\n0\n%%EOF';

const inspect = async (content: Buffer) =>
  inspectDocuments([{ path: 'documents[0]', mediaType: 'application/pdf', content }]);

describe('a hostile PDF', () => {
  it('that would take hours to read is refused in time, while the process goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 100);
    const [hostile, honest] = await Promise.all([
      inspect(Buffer.from(`${OBJECTS}x${'1'.repeat(300_000)}${END}`)),
      inspect(Buffer.from(OBJECTS + END)),
    ]);
    clearInterval(timer);
    assert.match(hostile.problems[0]?.message ?? '', /takes too long to read; export it again/);
    assert.deepEqual(honest.problems, [], 'the one behind it is read all the same');
    assert.ok(turns > 20, `${turns} turns`);
  });

  it('whose list of objects unpacks to gigabytes is refused, and takes no more memory than an honest one', async () => {
    const packed = deflateSync(Buffer.alloc(500_000_000, ' '));
    const stream = Buffer.concat([
      Buffer.from(
        `5 0 obj\n<</Type /ObjStm /N 1 /First 4 /Length ${packed.length} /Filter /FlateDecode>>\nstream\n`,
      ),
      packed,
      Buffer.from('\nendstream\nendobj'),
    ]);
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const { problems } = await inspect(Buffer.concat([Buffer.from(OBJECTS), stream, Buffer.from(END)]));
    clearInterval(timer);
    assert.match(problems[0]?.message ?? '', /unpacks to more than can be read; export it again/);
    assert.ok(most - before < 400_000_000, `${most - before} bytes more`);
  });

  it('whose metadata unpacks to far more than any metadata is read without it', async () => {
    const packed = deflateSync(Buffer.alloc(300_000_000));
    const stream = Buffer.concat([
      Buffer.from(`5 0 obj\n<</Length ${packed.length} /Filter /FlateDecode>>\nstream\n`),
      packed,
      Buffer.from('\nendstream\nendobj'),
    ]);
    const before = process.memoryUsage().rss;
    const { problems, documents } = await inspect(
      Buffer.concat([Buffer.from(OBJECTS), stream, Buffer.from(END)]),
    );
    assert.deepEqual(problems, []);
    assert.equal(documents[0]?.pdf?.isPdfA, false);
    assert.ok(process.memoryUsage().rss - before < 200_000_000);
  });
});
