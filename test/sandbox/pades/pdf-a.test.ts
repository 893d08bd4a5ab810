import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cmyk, grayscale, PDFDocument, PDFHeader, PDFName, PDFString, rgb } from '@cantoo/pdf-lib';
import { inspectDocuments } from '@signering/document-package/inspection';
import { claimPdfA, defineColors } from '@signering/sandbox/internal/pades/pdf-a.js';
import { requireJavaJudge } from '../../java-judge.js';
import { referenceDocuments } from '../../reference-material.js';
import { checkPades } from '../../signatures/short-verdict.js';
import { agreementPdf } from '../stage/agreement-pdf.js';
import { signerByNumber } from '../stage/order.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';
import { validate, VERAPDF, type Claim } from './verapdf/verapdf.js';

const isPdfA = (content: Uint8Array): boolean =>
  inspectDocuments([{ path: 'document', mediaType: 'application/pdf', content }]).documents[0]?.pdf
    ?.isPdfA === true;

interface Source {
  readonly part: 1 | 2 | 3;
  /** The colours of its output intent. @default it has none, and defines its colours on the page */
  readonly intent?: 'RGB' | 'CMYK' | 'GRAY';
}

const COMPONENTS = { RGB: 3, CMYK: 4, GRAY: 1 };
const COLORS = { RGB: rgb(0.1, 0.2, 0.3), CMYK: cmyk(0.1, 0.2, 0.3, 0.4), GRAY: grayscale(0.4) };

async function pdfA({ part, intent }: Source): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const { context } = pdf;
  const page = pdf.addPage([300, 400]);
  page.drawRectangle({ x: 40, y: 40, width: 100, height: 50, color: COLORS[intent ?? 'RGB'] });
  if (intent === undefined) {
    defineColors(page);
  } else {
    const N = COMPONENTS[intent];
    const outputIntent = {
      Type: 'OutputIntent',
      S: 'GTS_PDFA1',
      OutputConditionIdentifier: PDFString.of('Custom'),
      Info: PDFString.of('Made up'),
      DestOutputProfile: context.register(context.stream(colorProfile(intent), { N })),
    };
    pdf.catalog.set(PDFName.of('OutputIntents'), context.obj([outputIntent]));
  }
  const now = new Date();
  delete context.trailerInfo.Info;
  pdf.setTitle('Plan');
  pdf.setCreationDate(now);
  pdf.setModificationDate(now);
  pdf.setProducer('Test');
  pdf.setCreator('Test');
  claimPdfA(pdf, { title: 'Plan', producer: 'Test', jobId: 'plan', now });
  if (part === 1) context.header = PDFHeader.forVersion(1, 4);
  const saved = Buffer.from(await pdf.save({ useObjectStreams: false })).toString('latin1');
  return Buffer.from(saved.replace('<pdfaid:part>3<', `<pdfaid:part>${part}<`), 'latin1');
}

/** The header of a printer's ICC profile, which is all that validators look at. Spec: ICC.1:2001-04, 6.1. */
function colorProfile(space: string): Buffer {
  const profile = Buffer.alloc(132);
  profile.writeUInt32BE(profile.length, 0);
  profile.writeUInt32BE(0x02100000, 8);
  profile.write(`prtr${space.padEnd(4)}Lab `, 12, 'latin1');
  profile.writeUInt16BE(2020, 24);
  profile.writeUInt16BE(1, 26);
  profile.writeUInt16BE(1, 28);
  profile.write('acsp', 36, 'latin1');
  // The illuminant D50.
  [0xf6d6, 0x10000, 0xd32d].forEach((value, index) => profile.writeUInt32BE(value, 68 + 4 * index));
  return profile;
}

describe('the signed document of PDF/A documents', () => {
  let api: TestApi;
  let folder: string;
  before(async () => {
    api = await openTestApi();
    folder = await mkdtemp(join(tmpdir(), 'signering-pdf-a-'));
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function signed(...contents: readonly Uint8Array[]): Promise<Buffer> {
    const documents = contents.map((content, index) => ({
      name: `document-${index}.pdf`,
      mediaType: 'application/pdf',
      content,
    }));
    const id = await api.createJob({ documents, signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1, 2);
    return (await api.call('GET', `/portal/signature-jobs/${id}/pades`)).body;
  }

  it('is PDF/A-3b for veraPDF if every document is PDF/A', async function () {
    requireJavaJudge(this, VERAPDF);
    const reference = referenceDocuments(this).find(({ content }) => isPdfA(content))?.content;
    assert.ok(reference !== undefined, 'one of the published test documents is PDF/A');
    const own = await pdfA({ part: 3 });
    const cmykSource = await pdfA({ part: 2, intent: 'CMYK' });
    const gray = await pdfA({ part: 2, intent: 'GRAY' });
    const part1 = await pdfA({ part: 1, intent: 'RGB' });
    const cmykOfPart1 = await pdfA({ part: 1, intent: 'CMYK' });
    const claims: Claim[] = [];
    const claim = async (flavour: string, name: string, content: Uint8Array) => {
      const file = join(folder, name);
      await writeFile(file, content);
      claims.push([flavour, file]);
    };
    await claim('2b', 'source-with-intent.pdf', reference);
    await claim('3b', 'source-without-intent.pdf', own);
    await claim('2b', 'source-cmyk.pdf', cmykSource);
    await claim('2b', 'source-gray.pdf', gray);
    await claim('1b', 'source-part-1.pdf', part1);
    await claim('1b', 'source-cmyk-of-part-1.pdf', cmykOfPart1);
    for (const [name, ...contents] of [
      ['with-intent.pdf', reference],
      ['without-intent.pdf', own],
      ['intent-of-the-second.pdf', own, reference],
      ['three.pdf', reference, own, reference],
      ['gray.pdf', gray],
      ['part-1.pdf', part1, own],
      ['cmyk.pdf', own, cmykSource, cmykOfPart1],
    ] as const) {
      const pades = await signed(...contents);
      assert.ok(isPdfA(pades), `${name} claims to be PDF/A`);
      assert.equal((await checkPades(pades)).result, 'INTACT', name);
      await claim('3b', name, pades);
    }
    const verdicts = await validate(...claims);
    assert.deepEqual(
      verdicts,
      claims.map(() => 'COMPLIANT'),
    );
  });

  it('does not claim PDF/A if one document is not PDF/A, or if two have output intents of different colours', async () => {
    assert.ok(!isPdfA(await signed(await pdfA({ part: 3 }), await agreementPdf())));
    const [rgbSource, cmykSource] = [
      await pdfA({ part: 2, intent: 'RGB' }),
      await pdfA({ part: 2, intent: 'CMYK' }),
    ];
    assert.ok(!isPdfA(await signed(rgbSource, cmykSource)));
  });
});
