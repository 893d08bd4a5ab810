import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import {
  createXadesSignature,
  examinePades,
  type EvidenceVerdict,
  type SigningKey,
} from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';
import { makeKey } from './made-key.js';

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const rulesOf = ({ findings }: EvidenceVerdict) =>
  findings.map(({ rule, severity }) => `${severity} ${rule}`);

describe('the verdict on a PAdES', () => {
  let key: SigningKey;
  let folder: string;
  let xades: readonly { readonly name: string; readonly content: Buffer; readonly sha256: string }[];
  before(async () => {
    key = await makeKey('rsa', { name: 'Posten Bring AS' });
    folder = await mkdtemp(join(tmpdir(), 'signering-evidence-'));
    xades = [1, 2].map((number) => {
      const signature = createXadesSignature({
        references: [
          { id: 'ID_0', uri: `${number}.pdf`, sha256: Buffer.alloc(32).toString('base64'), mediaType: 'a/b' },
        ],
        certificate: key,
        signingTime: new Date('2026-03-01T12:00:00.000Z'),
      });
      const content = Buffer.from(signature);
      return { name: `xades-${number}.xml`, content, sha256: sha256Of(content) };
    });
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const seal = (pdf: Uint8Array): Promise<Buffer> =>
    sealPdf({ pdf, certificate: key, name: 'Posten', reason: 'Forsegling' });

  async function pades(
    files: readonly { readonly name: string; readonly content: Buffer }[],
  ): Promise<Buffer> {
    const document = await PDFDocument.create();
    document.addPage();
    for (const { name, content } of files) await document.attach(content, name);
    return await seal(await document.save({ useObjectStreams: false }));
  }

  it('is INTACT with the XAdES files of the job, which prove the job, and with a sent document inside', async () => {
    const sent = {
      name: 'document-1',
      content: Buffer.from('Avtale'),
      sha256: sha256Of(Buffer.from('Avtale')),
    };
    const verdict = await examinePades(await pades([...xades, sent]), { sent: [sent], otherXades: xades });
    assert.equal(verdict.result, 'INTACT');
    assert.deepEqual(verdict.proved, {
      documents: [{ name: 'document-1', digestOfSentDocument: true }],
      signer: false,
      job: true,
    });
    assert.deepEqual(verdict.signatures, [
      {
        deciding: true,
        form: 'CMS',
        algorithm: '1.2.840.113549.1.1.11',
        result: 'INTACT',
        certificateSubject: 'C=NO, CN=***',
        chain: 'COMPLETE',
      },
    ]);
  });

  it("warns of another job's PAdES, whose XAdES files are not those fetched", async () => {
    const verdict = await examinePades(await pades(xades), { otherXades: xades.slice(0, 1) });
    assert.deepEqual(rulesOf(verdict), ['WARNING PADES_HOLDS_OTHER_XADES']);
    assert.equal(verdict.proved.job, false);
  });

  it('does not prove the job without embedded XAdES files', async () => {
    const verdict = await examinePades(await pades([]), { otherXades: xades });
    assert.equal(verdict.result, 'INTACT');
    assert.equal(verdict.proved.job, false);
  });

  it('is BROKEN for a text that begins like a PDF', async () => {
    assert.deepEqual(rulesOf(await examinePades(Buffer.from('%PDF- is what it says'))), [
      'BROKEN PADES_WITHOUT_SIGNATURE',
    ]);
    const baited = '%PDF-1.7 /ByteRange [0 10 20 30] /ByteRange [0 1 2] <00>';
    assert.deepEqual(rulesOf(await examinePades(Buffer.from(baited))), ['BROKEN PADES_WITHOUT_SIGNATURE']);
  });

  it('is INTACT with 2,000 line feeds after the end, and BROKEN if one covered byte is missing', async () => {
    const sealed = await pades([]);
    const padded = Buffer.concat([sealed, Buffer.alloc(2000, '\n')]);
    assert.deepEqual(rulesOf(await examinePades(padded)), []);
    assert.deepEqual(rulesOf(await examinePades(sealed.subarray(0, -1))), ['BROKEN PADES_INCOMPLETE']);
  });

  it('warns of a later revision, and uses the last of two seals', async () => {
    const sealed = await pades([]);
    const document = await PDFDocument.load(sealed, { forIncrementalUpdate: true, updateMetadata: false });
    document.addPage();
    const revised = Buffer.from(await document.commit());
    assert.deepEqual(rulesOf(await examinePades(revised)), ['WARNING PADES_LATER_REVISION']);
    const again = await examinePades(await seal(revised));
    assert.deepEqual(rulesOf(again), []);
    assert.deepEqual(
      again.signatures.map(({ deciding }) => deciding),
      [true, false],
    );
  });

  it('agrees with pdfsig on a later revision', async function () {
    requireJudge(this, 'pdfsig');
    const document = await PDFDocument.load(await pades([]), {
      forIncrementalUpdate: true,
      updateMetadata: false,
    });
    document.addPage();
    const file = join(folder, 'revised.pdf');
    await writeFile(file, await document.commit());
    const { output } = await ask('pdfsig', ['-nocert', file]);
    assert.match(output, /Signature is Valid/);
    assert.match(output, /Not total document signed/);
  });

  it('warns of an invalid inner signature if the deciding one is valid', async () => {
    const sealed = await pades([]);
    // Changes the comment in the second line, so that the structure stays readable.
    sealed[11] = sealed[11]! ^ 1;
    const verdict = await examinePades(await seal(sealed));
    assert.deepEqual(rulesOf(verdict), ['WARNING INNER_SIGNATURE_CONTRADICTS_CONTENT']);
  });

  it('is BROKEN if a covered byte was changed', async () => {
    const sealed = await pades([]);
    sealed[20] = sealed[20]! ^ 1;
    assert.deepEqual(rulesOf(await examinePades(sealed)), ['BROKEN SIGNATURE_CONTRADICTS_CONTENT']);
  });
});
