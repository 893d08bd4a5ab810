import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import {
  createXadesSignature,
  examinePades,
  examineXades,
  type EvidenceVerdict,
  type SigningKey,
} from '@signering/signatures';
import { processorMs, slowness } from '../processor-time.js';
import { makeKey } from './made-key.js';

/** On an ordinary machine. Without limits each of these takes minutes there. */
const BOUND_MS = 20_000;

const rulesOf = ({ findings }: EvidenceVerdict) => findings.map(({ rule }) => rule);

describe('the examination of a hostile file ends within its bounds', () => {
  let key: SigningKey;
  before(async () => {
    key = await makeKey('rsa', { name: 'Posten Bring AS' });
  });

  async function assertFound(
    examine: typeof examinePades,
    content: Uint8Array,
    expected: { readonly result: EvidenceVerdict['result']; readonly rule: string },
  ): Promise<void> {
    const bound = BOUND_MS * slowness();
    const start = processorMs();
    const verdict = await examine(content, { sent: [], otherXades: [] });
    const took = processorMs() - start;
    assert.ok(took < bound, `${took} ms`);
    assert.equal(verdict.result, expected.result);
    assert.ok(rulesOf(verdict).includes(expected.rule as never), rulesOf(verdict).join());
    assert.equal(verdict.proved.job, false);
  }

  const TOO_MANY = { result: 'NOT_CHECKED', rule: 'TOO_MANY_PARTS' } as const;

  /** A PDF with a single range; its signature has an unknown form. */
  function coveringPdf(part: Buffer): Buffer {
    const begin = Buffer.concat([Buffer.from('%PDF-1.7\n'), part]);
    const written = `/ByteRange [0 ${begin.length} ${begin.length + 6} 60]`;
    return Buffer.concat([begin, Buffer.from('<0000>'), Buffer.from(written.padEnd(60))]);
  }

  const embedded = (entries: string, data = Buffer.alloc(0)): Buffer =>
    Buffer.concat([Buffer.from(`1 0 obj <</Type /EmbeddedFile ${entries}>>\nstream\n`), data]);

  it('an XML with a million elements, each with an Id', async () => {
    const signature = createXadesSignature({
      references: [
        { id: 'ID_0', uri: 'a.txt', sha256: Buffer.alloc(32).toString('base64'), mediaType: 'a/b' },
      ],
      certificate: key,
      signingTime: new Date('2026-03-01T12:00:00.000Z'),
    }).replace(/^<\?xml[^>]*\?>\s*/u, '');
    const xml = Buffer.from(`<a>${'<b Id="x"/>'.repeat(1_000_000)}${signature}</a>`);
    await assertFound(examineXades, xml, { result: 'NOT_CHECKED', rule: 'XADES_NOT_READ' });
  });

  it('60 MB of XML without the XML-DSig namespace', async () => {
    const xml = Buffer.from(`<a>${'x'.repeat(60_000_000)}</a>`);
    await assertFound(examineXades, xml, { result: 'BROKEN', rule: 'XADES_WITHOUT_SIGNATURE' });
  });

  it('a PDF with 500 ranges that leave out 15 MB each', async () => {
    const gap = `<${'a'.repeat(15_000_000)}z`;
    const range = `/ByteRange [0 9 ${9 + gap.length} 5]`;
    await assertFound(examinePades, Buffer.from(`%PDF-1.7 ${gap}${range.repeat(500)}`), TOO_MANY);
  });

  it('a PDF with a million malformed ranges', async () => {
    await assertFound(
      examinePades,
      Buffer.from(`%PDF-1.7 ${'/ByteRange [1 2 3 4]'.repeat(1_000_000)}`),
      TOO_MANY,
    );
  });

  it('a PDF with 90 embedded files that unpack to 200 MB each', async () => {
    const bomb = deflateSync(Buffer.alloc(200_000_000));
    const file = embedded(`/Filter /FlateDecode /Length ${bomb.length}`, bomb);
    await assertFound(examinePades, coveringPdf(Buffer.concat(Array.from({ length: 90 }, () => file))), {
      ...TOO_MANY,
    });
  });

  it('a PDF with 90 overlapping embedded files, 30 MB each', async () => {
    const file = embedded('/Length 30000000');
    const files = Array.from({ length: 90 }, () => file);
    await assertFound(
      examinePades,
      coveringPdf(Buffer.concat([...files, Buffer.alloc(30_100_000, 'x')])),
      TOO_MANY,
    );
  });

  it('a PDF with 20,000 embedded files without an end, and one with 300,000 names of embedded files', async () => {
    for (const part of [embedded('').toString().repeat(20_000), '/EmbeddedFile >> '.repeat(300_000)]) {
      await assertFound(examinePades, coveringPdf(Buffer.from(part)), TOO_MANY);
    }
  });
});
