import assert from 'node:assert/strict';
import { PDFDocument } from '@cantoo/pdf-lib';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import {
  createXadesSignature,
  signingKeyFromPem,
  verifyXadesSignature,
  type SigningKey,
} from '@signering/signatures';
import { checkPades, checkXades } from './short-verdict.js';

const SHA256 = Buffer.alloc(32).toString('base64');

/** Without limits each of these would need a pass over the whole file for each of its many parts. */
describe('a signed file that requires unbounded work is not checked', () => {
  let key: SigningKey;
  before(async () => {
    const authority = await createCertificateAuthority();
    key = signingKeyFromPem(
      await authority.issueEnterpriseCertificate({
        organizationNumber: '984661185',
        name: 'Posten Bring AS',
      }),
    );
  });

  const signed = (uris: readonly string[], certificate = key): string =>
    createXadesSignature({
      references: uris.map((uri, index) => ({
        id: `ID_${index}`,
        uri,
        sha256: SHA256,
        mediaType: 'text/plain',
      })),
      certificate,
      signingTime: new Date('2026-03-01T12:00:00.000Z'),
    });

  async function assertNotChecked(xml: string, reason: RegExp): Promise<void> {
    const check = await checkXades(Buffer.from(xml));
    assert.equal(check.result, 'NOT_CHECKED');
    assert.match(check.reason ?? '', reason);
    assert.equal(verifyXadesSignature(Buffer.from(xml)).result, 'NOT_CHECKED');
  }

  it('when its signature covers thousands of places inside its own file', async () => {
    assert.deepEqual(await checkXades(Buffer.from(signed(['a.txt']))), { result: 'INTACT' });
    const places = Array.from({ length: 2000 }, (_, index) => `#place-${index}`);
    await assertNotChecked(signed(places), /too many places inside its own file/u);
  });

  it('when its signature has hundreds of certificates', async () => {
    const [leaf] = key.chain;
    const chain = Array.from({ length: 500 }, () => leaf!);
    await assertNotChecked(signed(['a.txt'], { ...key, chain }), /too many certificates/u);
  });

  it('when it has hundreds of signatures', async () => {
    const xml = signed(['a.txt']);
    const signature = /<Signature .*<\/Signature>/u.exec(xml)![0];
    const crowd = xml.replace(signature, () => signature.repeat(300));
    const check = await checkXades(Buffer.from(crowd));
    assert.deepEqual(check, { result: 'NOT_CHECKED', reason: 'The XML holds too many signatures.' });
  });

  it('when it is a PDF that refers to one signature hundreds of times', async () => {
    const document = await PDFDocument.create();
    document.addPage();
    const sealed = await sealPdf({
      pdf: await document.save(),
      certificate: key,
      name: 'Posten Bring AS',
      reason: 'Forsegling',
    });
    assert.deepEqual(await checkPades(sealed), { result: 'INTACT' });
    const range = /\/ByteRange\s*\[[\d\s]+\]/u.exec(sealed.toString('latin1'))![0];
    const crowd = Buffer.concat([sealed, Buffer.from(`${range}\n`.repeat(300)), Buffer.from('%%EOF')]);
    const check = await checkPades(crowd);
    assert.deepEqual(check, { result: 'NOT_CHECKED', reason: 'The PDF holds too many signatures.' });
  });
});
