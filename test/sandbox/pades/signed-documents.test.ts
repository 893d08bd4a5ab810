import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { inspectDocuments } from '@signering/document-package/inspection';
import { caseFile } from '../../document-package/inspection/cases.js';
import { ask, requireJudge } from '../../judges.js';
import { referenceDocuments } from '../../reference-material.js';
import { agreementPdf } from '../stage/agreement-pdf.js';
import { element, elements } from '../stage/answer-elements.js';
import { signerByEmail, signerByNumber } from '../stage/order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';
import { checkPades, checkXades } from '../../signatures/short-verdict.js';

interface AdminJob {
  readonly signers: readonly { readonly name: string; readonly xades?: { readonly sha256: string } }[];
  readonly pades?: { readonly sha256: string; readonly size: number; readonly signedBy: readonly number[] };
}

const pdf = (name: string, content: Uint8Array) => ({ name, mediaType: 'application/pdf', content });
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

describe('the signed documents', () => {
  let api: TestApi;
  let folder: string;
  before(async () => {
    api = await openTestApi();
    folder = await mkdtemp(join(tmpdir(), 'signering-pades-'));
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const job = async (id: string): Promise<AdminJob> => await api.admin<AdminJob>('GET', `/jobs/${id}`);
  const pades = async (id: string): Promise<Buffer> =>
    (await api.call('GET', `/portal/signature-jobs/${id}/pades`)).body;
  const textOf = async (content: Uint8Array): Promise<string> => {
    const file = join(folder, 'text.pdf');
    await writeFile(file, content);
    return (await ask('pdftotext', ['-layout', file, '-'])).output;
  };

  it('are the same bytes at each download, with the digests in the admin interface', async () => {
    const pollingQueue = 'samme byte';
    const id = await api.createJob({ pollingQueue, signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1);
    const first = await pades(id);
    await api.advance(60);
    assert.deepEqual(await pades(id), first);
    const described = await job(id);
    assert.equal(described.pades!.sha256, sha256(first));
    assert.equal(described.pades!.size, first.length);
    assert.deepEqual(described.pades!.signedBy, [1]);
    const xadesUrl = element((await api.poll(pollingQueue)).text, 'xades-url');
    const xades = (await api.call('GET', xadesUrl)).body;
    assert.equal(described.signers[0]!.xades!.sha256, sha256(xades));
    await api.sign(id, 2);
    assert.notDeepEqual(await pades(id), first);
    assert.deepEqual((await api.call('GET', xadesUrl)).body, xades);
  });

  it('pass the checks that a sender makes before it confirms', async () => {
    const pollingQueue = 'kontroll';
    const id = await api.createJob({ pollingQueue });
    await api.sign(id, 1);
    const { text } = await api.poll(pollingQueue);
    assert.deepEqual(await checkPades(await pades(id)), { result: 'INTACT' });
    const xades = (await api.call('GET', element(text, 'xades-url'))).body;
    assert.deepEqual(await checkXades(xades), { result: 'INTACT' });
  });

  it('are made from every accepted PDF, also if the PDF library of the sandbox cannot read it', async () => {
    const names = [
      'pdf-catalog-without-type.pdf',
      'pdf-filter-name-abbreviated.pdf',
      'pdf-page-without-mediabox.pdf',
      'pdf-trailing-html-2k.pdf',
    ];
    for (const name of names) {
      const id = await api.createJob({ documents: [pdf(name, await caseFile(name))] });
      await api.sign(id, 1);
      const { result } = await checkPades(await pades(id));
      assert.equal(result, 'INTACT', name);
    }
  });

  it('are made from pages with broken entries that readers accept', async () => {
    // With its catalog's type, which the PDF library demands.
    const sound = (await caseFile('pdf-catalog-without-type.pdf'))
      .toString('latin1')
      .replace(/\/Pages 2 0 R +>>/u, '/Type /Catalog /Pages 2 0 R >>');
    const page = '/Contents 5 0 R /MediaBox [ 0 0 595 842 ] /Parent 2 0 R /Resources << >> /Type /Page';
    assert.ok(sound.includes(page));
    // One job for all of them, because each is copied, drawn on and sealed alike.
    const box = '/MediaBox [ 0 0 595 842 ]';
    const broken = [
      `${box} /Contents 7`,
      `${box} /Contents << >>`,
      `${box} /Resources 7`,
      `${box} /Resources << /Font 7 >>`,
      `${box} /CropBox [0 0]`,
      `${box} /Rotate 45`,
      `${box} /Rotate /X`,
      `${box} /Annots 7`,
      '/MediaBox [0 0 300]',
      '/MediaBox 7',
      '/MediaBox 99 0 R',
    ].map((entries) => Buffer.from(sound.replace(page, `/Parent 2 0 R /Type /Page ${entries}`), 'latin1'));
    const documents = [...broken, Buffer.from(sound, 'latin1')].map((content, index) =>
      pdf(`${index}.pdf`, content),
    );
    const { problems } = inspectDocuments(
      documents.map((document) => ({ ...document, path: document.name })),
    );
    assert.deepEqual(problems, []);
    const id = await api.createJob({ documents });
    await api.sign(id, 1);
    const content = await pades(id);
    assert.equal((await checkPades(content)).result, 'INTACT');
    assert.ok(
      (await PDFDocument.load(content)).getPageCount() > documents.length,
      'a front page, and pages of all',
    );
  });

  it('have a seal that pdfsig accepts, also for the real test documents', async function () {
    requireJudge(this, 'pdfsig');
    const documents = [
      pdf('snudd.pdf', await agreementPdf({ rotations: [0, 90, 180, 270] })),
      ...referenceDocuments(this).map(({ content }, index) => pdf(`dokument-${index}.pdf`, content)),
    ];
    const id = await api.createJob({ documents, signers: [signerByNumber(1), signerByNumber(2)] });
    await api.sign(id, 1, 2);
    const file = join(folder, 'sealed.pdf');
    await writeFile(file, await pades(id));
    const { output } = await ask('pdfsig', ['-nocert', file]);
    assert.match(output, /Signature is Valid/u);
    assert.match(output, /Total document signed/u);
    assert.match(output, /ETSI\.CAdES\.detached/u);
    assert.match(output, /CN=Posten Bring AS/u);

    const changed = await readFile(file);
    changed.writeUInt8(changed.readUInt8(2000) ^ 1, 2000);
    await writeFile(file, changed);
    assert.doesNotMatch((await ask('pdfsig', ['-nocert', file])).output, /Signature is Valid/u);
  });

  it('contain the XAdES of every signature, each verified by xmlsec1 over documents and manifest', async function () {
    requireJudge(this, 'pdfsig');
    requireJudge(this, 'xmlsec1');
    const documents = [
      pdf('avtale-1.pdf', await agreementPdf()),
      pdf('avtale-2.pdf', await agreementPdf({ text: 'To' })),
    ];
    const id = await api.createJob({
      documents,
      pollingQueue: 'vedlegg',
      signers: [signerByNumber(1), signerByNumber(2), signerByNumber(3)],
    });
    await api.sign(id, 1, 3);
    const file = join(folder, 'with-attachments.pdf');
    await writeFile(file, await pades(id));
    await ask('pdfdetach', ['-saveall', '-o', folder, file]);

    const stored = api.parts.jobs.find(id)!;
    for (const { name, content } of documents) await writeFile(join(folder, name), content);
    await writeFile(
      join(folder, 'manifest.xml'),
      await api.parts.jobs.readContent(id, stored.manifestContent),
    );
    await writeFile(join(folder, 'root.pem'), api.parts.identities.authority.rootPem);
    const served = elements((await api.poll('vedlegg')).text, 'xades-url');
    assert.equal(served.length, 2);
    for (const [index, url] of served.entries()) {
      const name = `xades-${[1, 3][index] ?? 0}.xml`;
      assert.deepEqual(await readFile(join(folder, name)), (await api.call('GET', url)).body);
      const signedProperties = 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties';
      const verdict = await ask(
        'xmlsec1',
        ['--verify', '--id-attr:Id', signedProperties, '--trusted-pem', 'root.pem', name],
        { directory: folder },
      );
      assert.equal(verdict.exitCode, 0, verdict.output);
      assert.match(verdict.output, /SignedInfo References \(ok\/all\): 4\/4/u);
    }
  });

  it('begin with a page with title, signers and documents, without the sender', async function () {
    requireJudge(this, 'pdfsig');
    const id = await api.createJob({
      reference: 'referansen',
      signers: [signerByNumber(1), signerByNumber(2), signerByNumber(3)],
      documents: [pdf('avtale-1.pdf', await agreementPdf({ rotations: [0, 0] }))],
    });
    await api.sign(id, 1, 2);
    const text = await textOf(await pades(id));
    const [front = '', ...rest] = text.split('\f');
    const { signers } = await job(id);
    assert.match(front, /Avtale om grønne epler/u);
    assert.match(front, /2 av 3 har signert/u);
    assert.match(front, /Avtale 1\s+2 sider/u);
    for (const { name } of signers) assert.ok(front.includes(name), name);
    assert.equal(front.match(/Signert$/gmu)?.length, 2);
    assert.match(front, /Har ikke signert/u);
    const number = syntheticNumber(1);
    assert.ok(front.includes(`${number.slice(0, 6)} ${number.slice(6)}`));
    assert.ok(!text.includes('Fjordgløtt') && !text.includes('312345676') && !text.includes('referansen'));
    for (const page of rest.slice(0, 2)) {
      assert.ok(page.includes('Avtale om levering av grønne epler'), 'the original is there');
      assert.ok(page.includes(`Signert av ${signers[0]!.name}, ${signers[1]!.name}`), 'the footer is there');
      assert.ok(!page.includes(signers[2]!.name));
    }
  });

  it('show the identifier that the sender requested for a signer', async function () {
    requireJudge(this, 'pdfsig');
    const order = {
      signers: [signerByNumber(4)],
      manifest: { identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME' },
    } as const;
    const id = await api.createJob(order);
    await api.sign(id, 1);
    const text = await textOf(await pades(id));
    const number = syntheticNumber(4);
    const month = String(Number(number.slice(2, 4)) - 80).padStart(2, '0');
    assert.ok(text.includes(`født ${number.slice(0, 2)}.${month}.19${number.slice(4, 6)}`), text);
    assert.ok(!text.includes(number.slice(6)));
  });

  it('contain plain text as pages, and mark signers on behalf of another', async function () {
    requireJudge(this, 'pdfsig');
    const content = Buffer.from('Vedlegg\r\n\r\nVi kjøper ærlige, grønne epler på Ås.\n');
    const documents = [
      pdf('avtale.pdf', await agreementPdf()),
      { name: 'vedlegg.txt', mediaType: 'text/plain', content },
    ];
    const id = await api.createJob({ documents, signers: [signerByNumber(5, { onBehalfOf: 'OTHER' })] });
    await api.sign(id, 1);
    const [front, agreed, attached] = (await textOf(await pades(id))).split('\f');
    assert.match(front ?? '', /på vegne av en annen/u);
    assert.match(agreed ?? '', /Avtale om levering/u);
    assert.match(attached ?? '', /Vi kjøper ærlige, grønne epler på Ås\./u);
  });

  it('do not change the pages: each grows by its footer, with any rotation', async () => {
    const original = await agreementPdf({ rotations: [0, 90, 180, 270] });
    const id = await api.createJob({ documents: [pdf('avtale-1.pdf', original)] });
    await api.sign(id, 1);
    const before = (await PDFDocument.load(original)).getPages();
    const after = (await PDFDocument.load(await pades(id))).getPages().slice(1);
    assert.equal(after.length, before.length);
    for (const [index, page] of after.entries()) {
      const [old, grown] = [before[index]!.getMediaBox(), page.getMediaBox()];
      const turn = before[index]!.getRotation().angle;
      assert.equal(page.getRotation().angle, turn);
      const isSideways = turn % 180 === 90;
      assert.ok(
        Math.abs((isSideways ? grown.height : grown.width) - (isSideways ? old.height : old.width)) < 0.01,
      );
      assert.ok((isSideways ? grown.width - old.width : grown.height - old.height) > 20);
    }
  });

  it('accept letters that are missing in the fonts, and the maximum number of signers and documents', async () => {
    const documents = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => pdf(`avtale-${index + 1}.pdf`, await agreementPdf())),
    );
    const id = await api.createJob({
      documents,
      signers: Array.from({ length: 10 }, (_, index) => signerByEmail(index)),
      manifest: {
        title: 'Avtale 合意 🖋 om en ganske lang tittel som ikke får plass på én linje i det hele',
        documents: documents.map(({ name, mediaType }) => ({
          href: name,
          mime: mediaType,
          title: 'Ю'.repeat(80),
        })),
      },
    });
    await api.sign(id, 1, 2);
    assert.deepEqual(await checkPades(await pades(id)), { result: 'INTACT' });
    const pages = (await PDFDocument.load(await pades(id))).getPageCount();
    assert.equal(pages, 22, 'a front page on two pages, and twenty documents');
  });
});
