import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import {
  createXadesSignature,
  examineXades,
  signingKeyFromPem,
  verifyXadesSignature,
  type SigningKey,
} from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';
import { seeded } from '../seed.js';
import { checkXades } from './short-verdict.js';

const SIGNING_TIME = new Date('2026-03-01T12:34:56.789Z');

describe('a XAdES signature', () => {
  let authority: CertificateAuthority;
  let key: SigningKey;
  let folder: string;
  const files = [
    { name: 'contract.pdf', content: Buffer.from('%PDF-1.7 …'), mediaType: 'application/pdf' },
    { name: 'manifest.xml', content: Buffer.from('<manifest/>'), mediaType: 'application/xml' },
  ];

  before(async () => {
    authority = await createCertificateAuthority();
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: '984661185',
      name: 'Blåbær & "Ål", AS',
    });
    key = signingKeyFromPem(issued);
    folder = await mkdtemp(join(tmpdir(), 'signering-xades-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const signed = (certificate = key): string =>
    createXadesSignature({
      references: files.map(({ name, content, mediaType }, index) => ({
        id: `ID_${index}`,
        uri: name,
        sha256: createHash('sha256').update(content).digest('base64'),
        mediaType,
      })),
      certificate,
      signingTime: SIGNING_TIME,
    });

  it('is verified by xmlsec1, with its files and its chain', async function () {
    requireJudge(this, 'xmlsec1');
    await writeFile(join(folder, 'signatures.xml'), signed());
    await writeFile(join(folder, 'root.pem'), authority.rootPem);
    for (const { name, content } of files) await writeFile(join(folder, name), content);
    const args = ['--verify', '--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
    const verify = () =>
      ask('xmlsec1', [...args, '--trusted-pem', 'root.pem', 'signatures.xml'], { directory: folder });
    const verdict = await verify();
    assert.equal(verdict.exitCode, 0, verdict.output);
    assert.match(verdict.output, /SignedInfo References \(ok\/all\): 3\/3/);

    await writeFile(join(folder, 'contract.pdf'), 'another contract');
    assert.notEqual((await verify()).exitCode, 0, 'xmlsec1 would detect a change');
  });

  it('has the canonical form of libxml2, for any file name and media type', () => {
    // A line break is read as a blank unless it is written as a character reference.
    const special = fc.constantFrom('&', '<', '>', '"', "'", '\t', '\n', '\r', ' ', 'å', '𝒜', '&amp;', ']]>');
    const text = fc.array(fc.oneof(special, fc.string({ unit: 'grapheme' })), { maxLength: 12 });
    const inXml = text
      .map((parts) => parts.join(''))
      // eslint-disable-next-line no-control-regex -- characters that XML cannot contain
      .filter((value) => !/^(?:#|$)|[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u.test(value));
    const sha256 = createHash('sha256').update('').digest('base64');
    fc.assert(
      fc.property(
        fc.array(fc.record({ uri: inXml, mediaType: inXml }), { minLength: 1, maxLength: 3 }),
        (described) => {
          const references = described.map((each, index) => ({ id: `ID_${index}`, sha256, ...each }));
          const xml = createXadesSignature({ references, certificate: key, signingTime: SIGNING_TIME });
          const verification = verifyXadesSignature(Buffer.from(xml));
          assert.ok(verification.result === 'INTACT', JSON.stringify(verification));
          assert.deepEqual(
            verification.signature.references.map(({ uri }) => uri),
            described.map(({ uri }) => uri),
          );
        },
      ),
      seeded({ numRuns: 300 }),
    );
  });

  it('cannot name a file with a character that XML cannot contain', () => {
    const sha256 = createHash('sha256').update('').digest('base64');
    for (const uri of ['a\0b', 'a\u001Fb', 'a\uD800b', 'a\uFFFEb']) {
      const references = [{ id: 'ID_0', uri, sha256, mediaType: 'application/pdf' }];
      assert.throws(
        () => createXadesSignature({ references, certificate: key, signingTime: SIGNING_TIME }),
        /a character that XML cannot contain/u,
      );
    }
  });

  it('is read with its files, certificate and signing time', () => {
    const verification = verifyXadesSignature(Buffer.from(signed()));
    assert.ok(verification.result === 'INTACT');
    const { signature } = verification;
    assert.deepEqual(
      signature.references.map(({ id, uri, mediaType, transforms }) => ({ id, uri, mediaType, transforms })),
      [
        { id: 'ID_0', uri: 'contract.pdf', mediaType: 'application/pdf', transforms: [] },
        { id: 'ID_1', uri: 'manifest.xml', mediaType: 'application/xml', transforms: [] },
      ],
    );
    assert.equal(signature.signingCertificate.fingerprint256, key.chain[0]!.fingerprint256);
    assert.equal(signature.certificates.length, 3);
    assert.deepEqual(signature.signingTime, SIGNING_TIME);
  });

  it('identifies the certificate by digest, and its issuer in RFC 4514 form', () => {
    const xml = signed();
    const leaf = key.chain[0]!;
    assert.ok(xml.includes(createHash('sha1').update(leaf.raw).digest('base64')));
    assert.ok(xml.includes('>CN=Signering Sandbox Test CA 1,O=Signering Sandbox,C=NO<'));
    assert.ok(xml.includes(`>${BigInt(`0x${leaf.serialNumber}`).toString()}<`));
  });

  it('can be made with the key of a person', async () => {
    const person = signingKeyFromPem(await authority.issuePersonCertificate({ name: 'Kari Nordmann' }));
    assert.deepEqual(await checkXades(Buffer.from(signed(person))), { result: 'INTACT' });
  });

  it('is broken by any change of its covered content', async () => {
    const xml = signed();
    const changes = [
      ['contract.pdf', 'contrakt.pdf'],
      ['application/pdf', 'application/xml'],
      ['2026-03-01', '2026-03-02'],
      ['<SignedInfo>', '<SignedInfo> '],
    ] as const;
    for (const [from, to] of changes) {
      assert.ok(xml.includes(from));
      assert.equal(
        (await checkXades(Buffer.from(xml.replace(from, to)))).result,
        'BROKEN',
        `${from} → ${to}`,
      );
    }
  });

  it('is broken by another certificate for the same key', async () => {
    const other = signingKeyFromPem(await authority.issuePersonCertificate({ name: 'Ola Nordmann' }));
    const mixed = signed({ privateKey: key.privateKey, chain: other.chain });
    assert.equal((await checkXades(Buffer.from(mixed))).result, 'BROKEN');
  });

  it('is broken if the transfer was incomplete', async () => {
    const xml = signed();
    for (const end of [0, 1, 500, xml.length - 1]) {
      assert.equal(
        (await checkXades(Buffer.from(xml.slice(0, end)))).result,
        'BROKEN',
        `after ${end} characters`,
      );
    }
  });

  it('is broken without the XML-DSig namespace, in any encoding, or without a signature', async () => {
    const named = '<a xmlns="http://www.w3.org/2000/09/xmldsig#"/>';
    const rules = async (content: Uint8Array) =>
      (await examineXades(content)).findings.map(({ rule }) => rule);
    const page =
      '<!DOCTYPE html><html><head><title>Vedlikehold</title></head><body>Kom tilbake</body></html>';
    for (const junk of ['', '<a/>', page, named, 'PK\u0003\u0004']) {
      assert.deepEqual(await rules(Buffer.from(junk)), ['XADES_WITHOUT_SIGNATURE'], junk);
    }
    assert.deepEqual(await rules(Buffer.from(named, 'utf16le')), ['XADES_NOT_READ']);
    assert.deepEqual(await rules(Buffer.from(page, 'utf16le')), ['XADES_WITHOUT_SIGNATURE']);
  });

  it('is not read, and not reported as broken, if it declares an unknown encoding or version', async () => {
    const body = signed().replace(/^<\?xml[^>]*\?>\s*/u, '');
    for (const declaration of [
      'version="1.0" encoding="utf-16"',
      'version="1.0" encoding="EBCDIC-CP-US"',
      'version="2.0"',
    ]) {
      const { result, findings } = await examineXades(Buffer.from(`<?xml ${declaration}?>${body}`));
      assert.deepEqual([result, findings[0]?.rule], ['NOT_CHECKED', 'XADES_NOT_READ'], declaration);
    }
    const damaged = await examineXades(
      Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${body.slice(0, -9)}`),
    );
    assert.equal(damaged.findings[0]?.rule, 'XADES_NOT_WELL_FORMED');
  });

  it('is not checked, and not reported as broken, in an unknown form', async () => {
    const xml = signed();
    const unknown = [
      [xml.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha999'), 'algorithm'],
      [xml.replace('http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'urn:c14n-of-2040'), 'canonical form'],
      [xml.replaceAll(/<X509Certificate>.*<\/X509Certificate>/g, ''), 'no certificate'],
      [xml.replace(/<Object>.*<\/Object>/, ''), 'form'],
      [xml.replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>'), 'document type'],
    ] as const;
    for (const [content, reason] of unknown) {
      const check = await checkXades(Buffer.from(content));
      assert.equal(check.result, 'NOT_CHECKED', reason);
      assert.match(check.reason ?? '', new RegExp(reason));
    }
  });

  it('is not read from XML with excessive nesting or text, and the next file is read', async () => {
    const xml = signed();
    const depth = 5000;
    for (const content of ['<a>'.repeat(depth) + '</a>'.repeat(depth), 'a'.repeat(11_000_000)]) {
      const check = await checkXades(
        Buffer.from(xml.replace('<Object>', `<Object>${content}</Object><Object>`)),
      );
      assert.equal(check.result, 'NOT_CHECKED');
      assert.match(check.reason ?? '', /too deep or has too long a text/);
      assert.deepEqual(await checkXades(Buffer.from(xml)), { result: 'INTACT' });
    }
  });

  it('is rejected as a package signature beside another signature or under another root', () => {
    const xml = signed();
    const inner = /<Signature .*<\/Signature>/.exec(xml)![0];
    for (const container of [
      inner,
      xml.replace('</Signature><', `</Signature>${inner}<`),
      xml.replaceAll('2918', '2919'),
    ]) {
      assert.equal(verifyXadesSignature(Buffer.from(container)).result, 'NOT_CHECKED');
    }
  });

  it('covers the properties that are read, not a second set with the same Id', () => {
    const xml = signed();
    const properties = /<SignedProperties .*<\/SignedProperties>/.exec(xml)![0];
    const later = properties.replace('2026-03-01', '2026-03-02');
    const wrapped = xml.replace(
      '<Object>',
      `<Object><x xmlns="http://uri.etsi.org/01903/v1.3.2#">${later}</x></Object><Object>`,
    );
    assert.notEqual(verifyXadesSignature(Buffer.from(wrapped)).result, 'INTACT');
  });
});
