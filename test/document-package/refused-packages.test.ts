import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DocumentPackageInvalidError, fileNamed, readDocumentPackage } from '@signering/document-package';
import { createCertificateAuthority } from '@signering/sandbox/internal/certificates/index.js';
import { createXadesSignature, signingKeyFromPem, type SigningKey } from '@signering/signatures';
import { zip, type ZippedFile } from './zip-files.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const CONTRACT = { name: 'contract.pdf', content: Buffer.from('%PDF-1.7 …') };
const MANIFEST = { name: 'manifest.xml', content: Buffer.from('<manifest/>') };

describe('a document package of another client', () => {
  let key: SigningKey;

  before(async () => {
    const authority = await createCertificateAuthority();
    key = signingKeyFromPem(
      await authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Avsender AS' }),
    );
  });

  /** A signature over these files; `uri` replaces the name where given. */
  function sign(
    files: readonly (ZippedFile & { readonly uri?: string })[],
    { signingTime = NOW, certificate = key }: { signingTime?: Date; certificate?: SigningKey } = {},
  ): ZippedFile {
    const xml = createXadesSignature({
      references: files.map(({ name, uri = name, content }, index) => ({
        id: `ID_${index}`,
        uri,
        sha256: createHash('sha256').update(content).digest('base64'),
        mediaType: 'application/pdf',
      })),
      certificate,
      signingTime,
    });
    return { name: 'META-INF/signatures.xml', content: Buffer.from(xml) };
  }

  async function refusal(content: Uint8Array): Promise<string> {
    try {
      await readDocumentPackage(content, { now: NOW });
    } catch (error) {
      assert.ok(error instanceof DocumentPackageInvalidError, String(error));
      assert.equal(error.code, 'DOCUMENT_PACKAGE_INVALID');
      return error.message;
    }
    assert.fail('the package was accepted');
  }

  const whole = () => [CONTRACT, MANIFEST, sign([CONTRACT, MANIFEST])];

  describe('is accepted', () => {
    it('with its entries stored, in any order, with folders, and signed by the leaf alone', async () => {
      const leaf = { ...key, chain: key.chain.slice(0, 1) };
      const files = [sign([MANIFEST, CONTRACT], { certificate: leaf }), CONTRACT, MANIFEST];
      const folder = { name: 'META-INF/', content: Buffer.alloc(0) };
      const read = await readDocumentPackage(await zip([folder, ...files], { store: true }), { now: NOW });
      assert.deepEqual(read.documents, [{ ...CONTRACT, mediaType: 'application/pdf' }]);
      assert.equal(read.certificates.length, 1);
    });

    it('with names that the signature form-encodes, percent-encodes or leaves unencoded', async () => {
      const blank = { name: 'min avtale+ø.pdf', content: Buffer.from('%PDF-1.4') };
      for (const uri of ['min+avtale%2B%C3%B8.pdf', 'min%20avtale%2B%C3%B8.pdf', 'min avtale+ø.pdf']) {
        const signature = sign([{ ...blank, uri }, MANIFEST]);
        const read = await readDocumentPackage(await zip([blank, MANIFEST, signature]), { now: NOW });
        assert.equal(read.documents[0]?.name, blank.name);
        assert.equal(fileNamed(read.documents, uri), read.documents[0]);
      }
    });

    it('up to five seconds before and after its signing time', async () => {
      for (const offset of [-5000, 5000]) {
        const signature = sign([CONTRACT, MANIFEST], { signingTime: new Date(NOW.getTime() + offset) });
        await readDocumentPackage(await zip([CONTRACT, MANIFEST, signature]), { now: NOW });
      }
    });
  });

  describe('is rejected', () => {
    it('if it is not a ZIP, or is incomplete', async () => {
      const complete = await zip(whole());
      for (const content of [Buffer.alloc(0), Buffer.from('%PDF-1.7'), complete.subarray(0, -30)]) {
        assert.match(await refusal(content), /not a ZIP file, or is incomplete/);
      }
    });

    it('with paths outside the package', async () => {
      const sealed = await zip(whole());
      for (const name of ['../tract.pdf', '/ontract.pdf', 'C:/tract.pdf', 'a\\ntract.pdf']) {
        const renamed = Buffer.from(sealed.toString('latin1').replaceAll('contract.pdf', name), 'latin1');
        assert.match(await refusal(renamed), /path outside the package/, name);
      }
    });

    it('with a duplicate name', async () => {
      assert.match(await refusal(await zip([CONTRACT, ...whole()])), /entry name occurs twice/);
    });

    it('when it unpacks to more than the limit or than it declares', async () => {
      const bomb = { name: 'bomb.pdf', content: Buffer.alloc(13_000_000) };
      assert.match(await refusal(await zip([bomb, ...whole()])), /unpacks to more than \d+ bytes/);
      const lying = await zip([{ ...bomb, content: Buffer.alloc(1_000_000) }, ...whole()]);
      lying.writeUInt32LE(1000, directoryEntry(lying, 'bomb.pdf') + 24);
      assert.match(await refusal(lying), /the ZIP is damaged/);
      const many = Array.from({ length: 40 }, (_, index) => ({ ...CONTRACT, name: `doc-${index}.pdf` }));
      assert.match(await refusal(await zip([...many, ...whole()])), /more than 32 entries/);
    });

    it('with an encrypted entry', async () => {
      const sealed = await zip(whole());
      const flags = directoryEntry(sealed, 'contract.pdf') + 8;
      sealed.writeUInt16LE(sealed.readUInt16LE(flags) | 1, flags);
      assert.match(await refusal(sealed), /entry is encrypted/);
    });

    it('without a signature file, or with other files in META-INF', async () => {
      const expected = /META-INF must contain only signatures\.xml/;
      assert.match(await refusal(await zip([CONTRACT, MANIFEST])), expected);
      for (const name of ['META-INF/manifest.xml', 'META-INF/signatures2.xml', 'meta-inf/signatures.xml']) {
        assert.match(await refusal(await zip([...whole(), { ...CONTRACT, name }])), expected, name);
      }
      const signature = { ...sign([CONTRACT, MANIFEST]), name: 'META-INF/signature.xml' };
      assert.match(await refusal(await zip([CONTRACT, MANIFEST, signature])), expected);
    });

    it('with a file that is not signed, such as a mimetype entry', async () => {
      const mimetype = { name: 'mimetype', content: Buffer.from('application/vnd.etsi.asic-e+zip') };
      assert.match(await refusal(await zip([mimetype, ...whole()])), /a file is not signed/);
      assert.match(await refusal(await zip([CONTRACT, MANIFEST, sign([CONTRACT])])), /a file is not signed/);
    });

    it('with a signature of a missing file, or of one file twice', async () => {
      const annex = { name: 'annex.pdf', content: CONTRACT.content };
      const missing = sign([CONTRACT, annex, MANIFEST]);
      assert.match(
        await refusal(await zip([CONTRACT, MANIFEST, missing])),
        /covers a file that does not exist/,
      );
      const twice = sign([CONTRACT, CONTRACT, MANIFEST]);
      assert.match(await refusal(await zip([CONTRACT, MANIFEST, twice])), /covers a file twice/);
    });

    it('with a file that differs from the signed one', async () => {
      const [, manifest, signature] = whole();
      const other = { ...CONTRACT, content: Buffer.from('%PDF-1.7 other') };
      assert.match(await refusal(await zip([other, manifest!, signature!])), /differs from the signed one/);
    });

    it('with an invalid signature', async () => {
      const [contract, manifest, signature] = whole();
      const change = (from: string, to: string) => ({
        ...signature!,
        content: Buffer.from(signature!.content.toString('utf8').replace(from, to)),
      });
      const cases = [
        [change('ID_0', 'ID_9'), /its signature is not valid \(The signature value does not fit/],
        [
          change('application/pdf', 'text/plain'),
          /its signature is not valid \(The digest of SignedProperties/,
        ],
        [change('</XAdESSignatures>', ''), /its signature is not valid \(It is not well-formed XML/],
      ] as const;
      for (const [file, reason] of cases) {
        assert.match(await refusal(await zip([contract!, manifest!, file])), reason);
      }
    });

    it('with algorithms that the service does not accept', async () => {
      const xml = sign([CONTRACT, MANIFEST]).content.toString('utf8');
      assert.ok(xml.includes('xmldsig-more#rsa-sha256'));
      const file = {
        name: 'META-INF/signatures.xml',
        content: Buffer.from(xml.replace('#rsa-sha256', '#rsa-md5')),
      };
      assert.match(await refusal(await zip([CONTRACT, MANIFEST, file])), /algorithm that is not known/);
    });

    it('more than five seconds before or after its signing time', async () => {
      for (const offset of [-5001, 5001]) {
        const signature = sign([CONTRACT, MANIFEST], { signingTime: new Date(NOW.getTime() + offset) });
        const reason = await refusal(await zip([CONTRACT, MANIFEST, signature]));
        assert.match(reason, /signing time is 6 s from now, and at most 5 s are accepted/);
      }
    });

    it('without a manifest, or without a document', async () => {
      assert.match(await refusal(await zip([CONTRACT, sign([CONTRACT])])), /contains no manifest\.xml/);
      assert.match(await refusal(await zip([MANIFEST, sign([MANIFEST])])), /contains no document/);
    });
  });
});

/** Offset of an entry's record in the ZIP's directory. */
function directoryEntry(zipped: Buffer, name: string): number {
  const RECORD_LENGTH = 46;
  const position = zipped.lastIndexOf(name) - RECORD_LENGTH;
  assert.equal(zipped.readUInt32LE(position), 0x02014b50);
  return position;
}
