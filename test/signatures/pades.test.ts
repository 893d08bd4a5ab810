import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { fromBER } from 'asn1js';
import fc from 'fast-check';
import { ContentInfo, SignedData } from 'pkijs';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import { sealPdf } from '@signering/sandbox/internal/pades/seal-pdf.js';
import { signingKeyFromPem, type SigningKey } from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';
import { referenceDocuments } from '../reference-material.js';
import { seeded } from '../seed.js';
import { checkPades } from './short-verdict.js';

const SIGNING_TIME = new Date('2026-03-01T12:34:56.000Z');

describe('a sealed PDF', () => {
  let authority: CertificateAuthority;
  let certificate: SigningKey;
  let pdf: Uint8Array;
  let sealed: Buffer;
  let folder: string;

  const seal = (content: Uint8Array): Promise<Buffer> =>
    sealPdf({
      pdf: content,
      certificate,
      name: 'Posten signering – sandkasse',
      reason: 'Signert av Kåre og Åse',
      signingTime: SIGNING_TIME,
    });

  before(async () => {
    authority = await createCertificateAuthority();
    certificate = signingKeyFromPem(
      await authority.issueSealCertificate({ organizationNumber: '984661185', name: 'Posten Bring AS' }),
    );
    folder = await mkdtemp(join(tmpdir(), 'signering-pades-'));
    const document = await PDFDocument.create();
    document.addPage().drawText('Avtale', { x: 50, y: 700 });
    pdf = await document.save();
    sealed = await seal(pdf);
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  }

  describe('is valid', () => {
    it('for pdfsig, as a PAdES signature over the whole file', async function () {
      requireJudge(this, 'pdfsig');
      const verdict = await ask('pdfsig', ['-nocert', await write('sealed.pdf', sealed)]);
      assert.equal(verdict.exitCode, 0, verdict.output);
      assert.match(verdict.output, /Signature is Valid/);
      assert.match(verdict.output, /ETSI\.CAdES\.detached/);
      assert.match(verdict.output, /Total document signed/);
      assert.match(verdict.output, /Posten Bring AS/);
    });

    it('for openssl, with its chain to the root', async function () {
      requireJudge(this, 'openssl');
      const { covered, contents } = partsOf(sealed);
      const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-purpose', 'any', '-out', '/dev/null'];
      const verdict = await ask('openssl', [
        ...args,
        ...['-in', await write('seal.der', contents), '-content', await write('covered.bin', covered)],
        ...['-CAfile', await write('root.pem', authority.rootPem)],
      ]);
      assert.equal(verdict.exitCode, 0, verdict.output);
      assert.match(verdict.output, /CMS Verification successful/);
    });

    it('for every PDF version that Posten accepts, also with a second seal', async function () {
      for (const { name, content } of referenceDocuments(this)) {
        const once = await seal(content);
        const twice = await seal(once);
        assert.deepEqual(await checkPades(once), { result: 'INTACT' }, name);
        assert.deepEqual(await checkPades(twice), { result: 'INTACT' }, name);
        assert.deepEqual(
          once.subarray(0, content.length - 2),
          Buffer.from(content).subarray(0, -2),
          'nothing moved',
        );
      }
    });

    it('with every signature algorithm of openssl', async function () {
      requireJudge(this, 'openssl');
      const pss = ['-keyopt', 'rsa_padding_mode:pss'];
      const signatures = [
        { key: 'rsa:2048', args: ['-md', 'sha256'] },
        { key: 'rsa:2048', args: ['-md', 'sha512', '-noattr'] },
        { key: 'rsa:2048', args: ['-md', 'sha384', '-keyid'] },
        { key: 'rsa:2048', args: ['-md', 'sha256', ...pss] },
        { key: 'rsa:2048', args: ['-md', 'sha512', ...pss, '-keyopt', 'rsa_pss_saltlen:20'] },
        { key: 'ec', args: ['-md', 'sha256'] },
        { key: 'ec', args: ['-md', 'sha384'] },
      ];
      for (const { key, args } of signatures) {
        const signed = await sealWithOpenssl(key, args);
        assert.deepEqual(await checkPades(signed), { result: 'INTACT' }, `${key} ${args.join(' ')}`);
        signed[20] = signed[20]! ^ 1;
        assert.equal((await checkPades(signed)).result, 'BROKEN', `${key} ${args.join(' ')}, changed`);
      }
    });

    it('when its signed attributes are in another order than the signed one', async () => {
      const start = sealed.indexOf('/Contents <') + '/Contents <'.length;
      const contents = Buffer.from(sealed.toString('latin1', start, sealed.indexOf('>', start)), 'hex');
      const attributes = new SignedData({
        schema: new ContentInfo({ schema: fromBER(contents).result }).content,
      }).signerInfos[0]!.signedAttrs!;
      const stored = Buffer.from(attributes.encodedValue);
      const encodings = attributes.attributes.map((one) => Buffer.from(one.toSchema().toBER()));
      const header = stored.subarray(0, stored.length - Buffer.concat(encodings).length);
      const reversed = Buffer.concat([header, ...encodings.reverse()]);
      const at = contents.indexOf(stored.subarray(header.length)) - header.length;
      assert.ok(at > 0 && !reversed.equals(stored));
      const changed = Buffer.from(sealed);
      changed.write(
        reversed.subarray(header.length).toString('hex'),
        start + 2 * (at + header.length),
        'latin1',
      );
      assert.deepEqual(await checkPades(changed), { result: 'INTACT' });
    });

    it('when an embedded file contains what looks like a signature', async () => {
      const document = await PDFDocument.load(pdf);
      const bait = '/ByteRange [0 10 20 30] /Contents <00> /ByteRange [0 99999999 9999999999 1] /ByteRange [';
      document.context.register(document.context.stream(bait));
      const check = await checkPades(await seal(await document.save({ useObjectStreams: false })));
      assert.deepEqual(check, { result: 'INTACT' });
    });
  });

  describe('is broken', () => {
    it('when any covered byte was changed', async () => {
      const { gapStart, gapEnd } = partsOf(sealed);
      await fc.assert(
        fc.asyncProperty(
          fc.nat(sealed.length - 1),
          fc.integer({ min: 1, max: 255 }),
          async (position, flip) => {
            const changed = Buffer.from(sealed);
            changed[position] = changed[position]! ^ flip;
            const { result } = await checkPades(changed);
            // A signature cannot cover itself, and if it cannot be found there is no contradiction.
            if (position < gapStart || position >= gapEnd) assert.notEqual(result, 'INTACT');
          },
        ),
        seeded({ numRuns: 300 }),
      );
      const changed = Buffer.from(sealed);
      changed[20] = changed[20]! ^ 1;
      const check = await checkPades(changed);
      assert.deepEqual(check, {
        result: 'BROKEN',
        reason: 'The digest in the signature is not that of the document.',
      });
    });

    it('when the signature value was changed', async () => {
      const { contents, gapStart } = partsOf(sealed);
      const changed = Buffer.from(sealed);
      const lastDigit = gapStart + 2 * contents.length;
      changed.write(
        changed.toString('latin1', lastDigit, lastDigit + 1) === '0' ? '1' : '0',
        lastDigit,
        'latin1',
      );
      const check = await checkPades(changed);
      assert.deepEqual(check, {
        result: 'BROKEN',
        reason: 'The signature value does not fit what is signed.',
      });
    });

    it('when the transfer was incomplete', async () => {
      for (const end of [0, 1, 7, 300, sealed.length - 2000, sealed.length - 200, sealed.length - 1]) {
        const { result } = await checkPades(sealed.subarray(0, end));
        assert.equal(result, 'BROKEN', `after ${end} of ${sealed.length} bytes`);
      }
    });

    it('when it is a PDF without a signature', async () => {
      assert.deepEqual(await checkPades(Buffer.from(pdf)), {
        result: 'BROKEN',
        reason: 'The PDF holds no signature in a form known here.',
      });
    });

    it('when it is not a PDF', async () => {
      assert.deepEqual(await checkPades(Buffer.from('<error/>')), {
        result: 'BROKEN',
        reason: 'It is not a PDF.',
      });
    });
  });

  describe('is not checked, and not reported as broken', () => {
    const refusal = async (content: Uint8Array): Promise<string> => {
      const { result, reason = '' } = await checkPades(content);
      assert.equal(result, 'NOT_CHECKED', reason);
      return reason;
    };

    it('when something was added after the signature', async () => {
      const document = await PDFDocument.load(sealed, { forIncrementalUpdate: true, updateMetadata: false });
      document.addPage();
      assert.match(await refusal(await document.commit()), /added to after its last signature/);
    });

    it('with an unsupported algorithm', async function () {
      requireJudge(this, 'openssl');
      assert.match(
        await refusal(await sealWithOpenssl('rsa:2048', ['-md', 'sha3-256'])),
        /algorithm that is not known/,
      );
    });

    it('with a time stamp or another unsupported form', async function () {
      requireJudge(this, 'openssl');
      const stamp = ['-md', 'sha256', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4'];
      assert.match(await refusal(await sealWithOpenssl('rsa:2048', stamp)), /time stamp/);
      const without = ['-md', 'sha256', '-nocerts'];
      assert.match(await refusal(await sealWithOpenssl('rsa:2048', without)), /no certificate/);
      const { gapStart, gapEnd } = partsOf(sealed);
      const nonsense = Buffer.from(sealed).fill('ab', gapStart + 1, gapEnd - 1);
      assert.match(await refusal(nonsense), /form that is not known/);
    });
  });

  /** The sealed PDF with its signature replaced by one that openssl makes over the same bytes. */
  async function sealWithOpenssl(key: string, args: readonly string[]): Promise<Buffer> {
    const keyArgs = key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [key];
    const made = await ask(
      'openssl',
      [
        'req',
        '-x509',
        '-nodes',
        '-subj',
        '/CN=Test',
        '-newkey',
        ...keyArgs,
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
      ],
      { directory: folder },
    );
    assert.equal(made.exitCode, 0, made.output);
    const { covered, gapStart, gapEnd } = partsOf(sealed);
    await write('covered.bin', covered);
    const sign = [
      'cms',
      '-sign',
      '-binary',
      '-signer',
      'cert.pem',
      '-inkey',
      'key.pem',
      '-in',
      'covered.bin',
    ];
    const signed = await ask('openssl', [...sign, '-outform', 'DER', '-out', 'cms.der', ...args], {
      directory: folder,
    });
    assert.equal(signed.exitCode, 0, signed.output);
    const hex = (await readFile(join(folder, 'cms.der'))).toString('hex');
    assert.ok(hex.length <= gapEnd - gapStart - 2, 'the signature fits into the placeholder');
    const result = Buffer.from(sealed);
    result.write(hex.padEnd(gapEnd - gapStart - 2, '0'), gapStart + 1, 'latin1');
    return result;
  }
});

/** The covered bytes of a PDF's last signature, the signature, and its position. */
function partsOf(pdf: Buffer): {
  readonly covered: Buffer;
  readonly contents: Buffer;
  readonly gapStart: number;
  readonly gapEnd: number;
} {
  const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\s*\]/.exec(pdf.toString('latin1'));
  const [gapStart = 0, gapEnd = 0, rest = 0] = range!.slice(1).map(Number);
  const contents = Buffer.from(pdf.toString('latin1', gapStart + 1, gapEnd - 1), 'hex');
  const length = 4 + contents.readUInt16BE(2);
  return {
    covered: Buffer.concat([pdf.subarray(0, gapStart), pdf.subarray(gapEnd, gapEnd + rest)]),
    contents: contents.subarray(0, length),
    gapStart,
    gapEnd,
  };
}
