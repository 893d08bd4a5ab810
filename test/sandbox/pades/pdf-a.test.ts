import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { inspectDocuments } from '../../../document-package/inspection/index.js';
import { claimPdfA, defineColors } from '../../../sandbox/pades/pdf-a.js';
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

/** A PDF/A-3b without an output intent: it defines its colours on the page. */
async function pdfAWithoutIntent(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([300, 400]);
  page.drawRectangle({ x: 40, y: 40, width: 100, height: 50 });
  defineColors(page);
  const now = new Date();
  delete pdf.context.trailerInfo.Info;
  pdf.setTitle('Plan');
  pdf.setCreationDate(now);
  pdf.setModificationDate(now);
  pdf.setProducer('Test');
  pdf.setCreator('Test');
  claimPdfA(pdf, { title: 'Plan', producer: 'Test', jobId: 'plan', now });
  return pdf.save({ useObjectStreams: false });
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

  it('is PDF/A-3b in the eyes of veraPDF, as long as every document is PDF/A', async function () {
    requireJavaJudge(this, VERAPDF);
    this.timeout(240_000);
    const reference = referenceDocuments(this).find(({ content }) => isPdfA(content))?.content;
    assert.ok(reference !== undefined, 'one of the published test documents is PDF/A');
    const own = await pdfAWithoutIntent();
    const claims: Claim[] = [];
    const claim = async (flavour: string, name: string, content: Uint8Array) => {
      const file = join(folder, name);
      await writeFile(file, content);
      claims.push([flavour, file]);
    };
    await claim('2b', 'source-with-intent.pdf', reference);
    await claim('3b', 'source-without-intent.pdf', own);
    for (const [name, ...contents] of [
      ['with-intent.pdf', reference],
      ['without-intent.pdf', own],
      ['intent-of-the-second.pdf', own, reference],
      ['three.pdf', reference, own, reference],
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

  it('claims nothing as soon as one document is none', async () => {
    assert.ok(!isPdfA(await signed(await pdfAWithoutIntent(), await agreementPdf())));
  });
});
