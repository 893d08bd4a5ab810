import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import { createXadesSignature, type SigningKey } from '@signering/signatures';
import { freshFolder, runSignering } from '../../fixtures/index.js';
import { makeKey } from '../../signatures/made-key.js';
import { ltvSdo } from '../../signatures/made-ltv-sdo.js';
import { INCLUSIVE } from '../../signatures/made-xml-signature.js';

const PERSONAL = ['Kari', 'Nordmann', '30859100003', 'kari@example.com', 'Hemmelig', 'Storgata'];
const SENT = 'Avtale med Kari Nordmann, 30859100003, Storgata 1';

describe('signering evidence', () => {
  let folder: string;
  let key: SigningKey;
  before(async () => {
    folder = freshFolder('evidence');
    key = await makeKey('rsa', { name: 'Kari Nordmann', serialNumber: 'PNONO-30859100003' });
    writeFileSync(join(folder, 'kari-nordmann.txt'), SENT);
  });

  const evidence = (args: readonly string[]) =>
    runSignering({ args: ['evidence', ...args], cwd: folder, env: withoutSettings(process.env) });
  const xades = (text: string): string =>
    createXadesSignature({
      references: [
        {
          id: 'ID_Kari',
          uri: 'Hemmelig-avtale-30859100003.pdf',
          sha256: createHash('sha256').update(text).digest('base64'),
          mediaType: 'application/kari@example.com',
        },
      ],
      certificate: key,
      signingTime: new Date('2026-03-01T12:00:00.000Z'),
    });
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };

  function assertAnonymous(output: string): void {
    for (const word of PERSONAL) assert.ok(!output.includes(word), `${word} in ${output}`);
    assert.ok(!output.includes(key.chain[0]!.raw.toString('base64').slice(100, 140)));
  }

  it('prints verdict, proof and an anonymous skeleton of a XAdES and a PAdES of one job', async () => {
    const document = await PDFDocument.create();
    document.setTitle('Hemmelig avtale med Kari Nordmann');
    document.addPage();
    await document.attach(Buffer.from(xades(SENT)), 'Kari Nordmann.xml', { description: 'Storgata' });
    const pdf = await document.save({ useObjectStreams: false });
    const sealed = await sealPdf({ pdf, certificate: key, name: 'Kari Nordmann', reason: 'Hemmelig' });
    const files = [file('Kari.xml', xades(SENT)), file('Kari.pdf', sealed)];
    const { exitCode, stdout, stderr } = await evidence([...files, '--sent', 'kari-nordmann.txt']);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /File 1: XADES, \d+ bytes: INTACT/u);
    assert.match(stdout, /sent document 1: proved by its digest/u);
    assert.match(stdout, /File 2: PADES, \d+ bytes: INTACT/u);
    assert.match(stdout, /job: proved/u);
    assert.match(
      stdout,
      /ds:SignatureMethod\s+Algorithm=http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#rsa-sha256/u,
    );
    assert.match(stdout, /embedded file/u);
    assertAnonymous(stdout + stderr);
  });

  it('shows the form of an LTV-SDO without its content, also in JSON', async () => {
    const sdo = ltvSdo({ key, assertionKey: key, canonicalization: INCLUSIVE }).replace(
      '<ltv:LtvSdo ',
      '<!-- Hemmelig --><ltv:LtvSdo eier="Kari Nordmann" ',
    );
    const { exitCode, stdout, stderr } = await evidence([file('sdo.xml', sdo), '--json']);
    assert.equal(exitCode, 0, stderr);
    const { files } = JSON.parse(stdout) as { files: { verdict: { result: string }; skeleton: string[] }[] };
    assert.equal(files[0]?.verdict.result, 'INTACT');
    assert.ok(files[0].skeleton.some((line) => line.trim().startsWith('saml:Assertion')));
    assertAnonymous(stdout + stderr);
  });

  it('exits with 3 where a file is BROKEN, and names the rule', async () => {
    const page = '<!DOCTYPE html><html><body>Kari Nordmann, Storgata</body></html>';
    const { exitCode, stdout } = await evidence([
      file('page.xml', page),
      file('text.pdf', '%PDF- Kari Nordmann'),
    ]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /BROKEN XADES_WITHOUT_SIGNATURE/u);
    assert.match(stdout, /BROKEN PADES_WITHOUT_SIGNATURE/u);
    assertAnonymous(stdout);
  });

  it('exits with 2 if a file cannot be read, and does not print its name', async () => {
    const { exitCode, stderr } = await evidence(['Kari Nordmann.xml']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /files\[0\]: cannot be read \(ENOENT\)/u);
    assertAnonymous(stderr);
  });
});
