import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import {
  packageEntryNames,
  readDocumentPackage,
  sealDocumentPackage,
  type PackagedDocument,
} from '@signering/document-package';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import { SigningError } from '@signering/schema';
import { signingKeyFromPem, type SigningKey } from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';
import { seeded } from '../seed.js';
import { unzip } from './zip-files.js';

const MANIFEST = '<?xml version="1.0" encoding="UTF-8"?><portal-signature-job-manifest/>';
const DOCUMENTS: readonly PackagedDocument[] = [
  { name: 'contract.pdf', mediaType: 'application/pdf', content: Buffer.from('%PDF-1.7 …') },
  { name: 'annex.txt', mediaType: 'text/plain', content: Buffer.from('Vedlegg på norsk') },
];

describe('a document package', () => {
  let authority: CertificateAuthority;
  let certificate: SigningKey;
  let folder: string;

  before(async () => {
    authority = await createCertificateAuthority();
    certificate = signingKeyFromPem(
      await authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Avsender AS' }),
    );
    folder = await mkdtemp(join(tmpdir(), 'signering-package-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const seal = async (documents = DOCUMENTS, signingTime = new Date()): Promise<Buffer> =>
    buffer(await sealDocumentPackage({ manifest: MANIFEST, documents, certificate, signingTime }));

  it('contains only documents, manifest and signature, in this order', async () => {
    const names = (await unzip(await seal())).map(({ name }) => name);
    assert.deepEqual(names, ['contract.pdf', 'annex.txt', 'manifest.xml', 'META-INF/signatures.xml']);
  });

  it('is verified by xmlsec1, with the chain to the root', async function () {
    requireJudge(this, 'xmlsec1');
    for (const { name, content } of await unzip(await seal())) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await writeFile(join(folder, 'root.pem'), authority.rootPem);
    const args = ['--verify', '--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
    const judge = () =>
      ask('xmlsec1', [...args, '--trusted-pem', 'root.pem', 'META-INF/signatures.xml'], {
        directory: folder,
      });
    const verdict = await judge();
    assert.equal(verdict.exitCode, 0, verdict.output);
    assert.match(verdict.output, /SignedInfo References \(ok\/all\): 4\/4/);

    await writeFile(join(folder, 'annex.txt'), 'Vedlegg på nynorsk');
    assert.notEqual((await judge()).exitCode, 0, 'xmlsec1 would detect a change');
  });

  it('stores what deflating does not make smaller, and deflates the rest', async () => {
    const content = { noise: randomBytes(200_000), text: Buffer.alloc(200_000, 'Vedlegg på norsk. ') };
    const sizeOf = async (name: keyof typeof content): Promise<number> =>
      (await seal([{ name, mediaType: 'application/pdf', content: content[name] }])).byteLength;
    const overhead = (await sizeOf('noise')) - content.noise.byteLength;
    assert.ok(overhead > 0 && overhead < 10_000, `${overhead}`);
    assert.ok((await sizeOf('text')) < 20_000);
  });

  it('comes in pieces of at most 64 KiB', async () => {
    const pieces: number[] = [];
    const documents = [{ name: 'noise', mediaType: 'application/pdf', content: randomBytes(1_000_000) }];
    const sealed = await sealDocumentPackage({ manifest: MANIFEST, documents, certificate });
    for await (const piece of sealed as AsyncIterable<Buffer>) pieces.push(piece.byteLength);
    assert.ok(pieces.length > 15 && Math.max(...pieces) <= 64 * 1024, pieces.join(' '));
  });

  it('is not written further once its reader has left', async () => {
    const documents = [{ name: 'noise', mediaType: 'application/pdf', content: randomBytes(1_000_000) }];
    const sealed = await sealDocumentPackage({ manifest: MANIFEST, documents, certificate });
    for await (const _ of sealed) break;
    assert.ok(sealed.destroyed);
  });

  it('returns all its content when read', async () => {
    const signingTime = new Date();
    const read = await readDocumentPackage(await seal(DOCUMENTS, signingTime));
    assert.deepEqual(read.documents, DOCUMENTS);
    assert.equal(Buffer.from(read.manifest).toString('utf8'), MANIFEST);
    assert.equal(read.signingCertificate.fingerprint256, certificate.chain[0]!.fingerprint256);
    assert.deepEqual(read.signingTime, signingTime);
  });

  it('round-trips documents of any name, size and order', async () => {
    const document = fc.record({
      fileName: fc.string({ unit: 'binary', maxLength: 120 }),
      mediaType: fc.constantFrom('application/pdf', 'text/plain'),
      content: fc.uint8Array({ maxLength: 20_000, size: 'max' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 20 }), async (drawn) => {
        const names = packageEntryNames(drawn.map(({ fileName }) => fileName));
        const documents = drawn.map(({ mediaType, content }, index) => ({
          name: names[index]!,
          mediaType,
          content: Buffer.from(content),
        }));
        const read = await readDocumentPackage(await seal(documents));
        assert.deepEqual(read.documents, documents);
      }),
      seeded({ numRuns: 40 }),
    );
  });

  it('is rejected or yields the same content when any one byte is changed', async () => {
    const sealed = await seal();
    const now = new Date();
    const expected = await readDocumentPackage(sealed, { now });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (position, flip) => {
          const changed = Buffer.from(sealed);
          changed[position] = changed[position]! ^ flip;
          try {
            const read = await readDocumentPackage(changed, { now });
            assert.deepEqual(read.documents, expected.documents);
            assert.deepEqual(read.manifest, expected.manifest);
            assert.equal(read.signingCertificate.fingerprint256, expected.signingCertificate.fingerprint256);
          } catch (error) {
            assert.ok(
              error instanceof SigningError && error.code === 'DOCUMENT_PACKAGE_INVALID',
              String(error),
            );
            refused += 1;
          }
        },
      ),
      seeded({ numRuns: 600 }),
    );
    assert.ok(refused > 300, `most changes are rejected: ${refused} of 600`);
  });

  it('is not written with names that clients may decode differently', async () => {
    const document = DOCUMENTS[0]!;
    const refusals = [
      [[], /documents: must hold at least one/],
      [[{ ...document, name: 'Contract 1.pdf' }], /documents\[0\]\.name: must have 4–100 characters/],
      [[{ ...document, name: 'a.b' }], /documents\[0\]\.name/],
      [[document, { ...document, name: 'manifest.xml' }], /documents\[1\]\.name/],
      [[document, document], /documents\[1\]\.name: is the same as documents\[0\]\.name/],
    ] as const;
    for (const [documents, message] of refusals) {
      await assert.rejects(
        seal(documents),
        (error) =>
          error instanceof SigningError &&
          error.code === 'DOCUMENT_NOT_ACCEPTED' &&
          message.test(error.message),
      );
    }
  });
});
