import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import {
  createCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { readKeyStore } from '@signering/signatures/internal/key-store/read-key-store.js';
import { ask, requireJudge } from '../judges.js';
import { makeKeyStore, ownMac, pbmac1 } from './made-key-store.js';

const PASSWORD = 'hemmelig';
const RFC_9579 = new URL('../../../test/signatures/rfc-9579/', import.meta.url);

describe('the forms of a key store', () => {
  let authority: CertificateAuthority;
  let issued: IssuedCertificate;
  let folder: string;
  before(async () => {
    authority = await createCertificateAuthority();
    issued = await authority.issueEnterpriseCertificate({ organizationNumber: '984661185', name: 'Posten' });
    folder = await mkdtemp(join(tmpdir(), 'signering-forms-'));
    await writeFile(join(folder, 'all.pem'), issued.privateKeyPem + issued.chainPem);
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const order = () => ({ keys: [issued.privateKeyPem], certificates: [issued.certificatePem] });
  const taken = (content: Uint8Array | string, password?: string): void => {
    const outcome = readKeyStore({ content: Buffer.from(content), password });
    assert.ok('certificate' in outcome, 'reason' in outcome ? outcome.reason : '');
    assert.equal(String(outcome.certificate.certificate), issued.certificatePem);
  };
  const refusal = (content: Uint8Array | string, password?: string): string => {
    const outcome = readKeyStore({ content: Buffer.from(content), password });
    return 'reason' in outcome ? outcome.reason : assert.fail('accepted');
  };
  /** Output of OpenSSL; undefined if this build lacks the algorithm. */
  const openssl = async (...args: readonly string[]): Promise<Buffer | undefined> => {
    const out = join(folder, 'made');
    await rm(out, { force: true });
    const { exitCode } = await ask('openssl', [...args, '-out', out], { directory: folder });
    return exitCode === 0 && existsSync(out) ? readFileSync(out) : undefined;
  };
  const exported = (...args: readonly string[]) =>
    openssl('pkcs12', '-export', '-in', 'all.pem', '-passout', `pass:${PASSWORD}`, ...args);

  it('PKCS#12 without a password, by both conventions', () => {
    for (const password of [null, '']) {
      const content = makeKeyStore({ ...order(), mac: ownMac(password) });
      taken(content);
      taken(content, '');
    }
    taken(makeKeyStore(order()));
  });

  it('PKCS#12 as BER in pieces', () => {
    const mac = ownMac(PASSWORD);
    taken(makeKeyStore({ ...order(), password: PASSWORD, mac, inPieces: true }), PASSWORD);
  });

  it('PKCS#12 with PBMAC1, but not with a wrong password', () => {
    const content = makeKeyStore({ ...order(), password: PASSWORD, mac: pbmac1(PASSWORD, 2048) });
    taken(content, PASSWORD);
    assert.match(refusal(content, 'feil'), /password is wrong; check/u);
    assert.match(refusal(content), /no password was given; set/u);
    // OpenSSL reads PBMAC1 from 3.4 on; then Node's TLS verifies the file of this test.
    const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number);
    if (major > 3 || (major === 3 && minor >= 4)) createSecureContext({ pfx: content, passphrase: PASSWORD });
  });

  it('PKCS#12 and PEM with line breaks at the end of the file and of the password', () => {
    for (const end of ['\n', '\r\n', '\n\n']) {
      const pkcs12 = Buffer.concat([issued.pkcs12({ password: PASSWORD }), Buffer.from(end)]);
      taken(pkcs12, PASSWORD);
      taken(pkcs12, PASSWORD + end);
      taken(`${issued.privateKeyPem}${issued.certificatePem}${end}`);
    }
    // A password can end with a line break.
    taken(issued.pkcs12({ password: 'line\n' }), 'line\n');
  });

  it('PEM with the labels X509 CERTIFICATE and TRUSTED CERTIFICATE, with text, indentation and CRLF', async function () {
    const labelled = issued.certificatePem.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE');
    taken(issued.privateKeyPem + labelled);
    const all = `Bag Attributes\n${issued.privateKeyPem}subject=CN\n${issued.certificatePem}`;
    taken(all.replaceAll('\n', '\r\n'));
    taken(all.replaceAll(/^/gmu, '    '));
    taken(all.replaceAll('\n', '\r'));
    taken(`\ufeff${all.trimEnd()}`);
    requireJudge(this, 'openssl');
    const trusted = await openssl('x509', '-in', 'all.pem', '-addtrust', 'clientAuth', '-trustout');
    assert.ok(trusted !== undefined && trusted.includes('TRUSTED CERTIFICATE'));
    taken(`${issued.privateKeyPem}${trusted.toString()}`);
  });

  it('truncated PEM is rejected as damaged', () => {
    const { privateKeyPem, certificatePem } = issued;
    assert.match(refusal(privateKeyPem.slice(0, 600)), /^its private key is damaged; export/u);
    assert.match(
      refusal(privateKeyPem + certificatePem.slice(0, 600)),
      /it contains no certificate for its private key.* it contains a damaged key or certificate/u,
    );
  });

  it('the valid and invalid PBMAC1 test vectors of RFC 9579', () => {
    const outcomeOf = (vector: string, password = '1234'): string =>
      refusal(Buffer.from(readFileSync(new URL(vector, RFC_9579), 'latin1'), 'base64'), password);
    for (const sound of ['a1.txt', 'a2.txt', 'a3.txt']) {
      assert.match(outcomeOf(sound), /^the certificate expired at 2023-06-21/u);
      assert.match(outcomeOf(sound, '12345'), /password is wrong/u);
    }
    for (const wrong of ['a4.txt', 'a5.txt']) assert.match(outcomeOf(wrong), /password is wrong/u);
    assert.match(outcomeOf('a6.txt'), /^its key derivation names no key length; export it again$/u);
  });

  it('PKCS#12 whose PBMAC1 key is so short that wrong passwords pass is rejected', () => {
    const content = makeKeyStore({ ...order(), mac: pbmac1(PASSWORD, 2048, 1) });
    assert.match(refusal(content, PASSWORD), /integrity check has a key of 1 bytes, and at least 20/u);
  });

  it('every encryption and integrity check that OpenSSL writes and the platform supports', async function () {
    requireJudge(this, 'openssl');
    const kinds = [
      [],
      ['-nomac'],
      ['-macalg', 'SHA1', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'],
      ['-macalg', 'SHA224'],
      ['-macalg', 'SHA384', '-keypbe', 'AES-128-CBC', '-certpbe', 'AES-192-CBC'],
      ['-macalg', 'SHA512', '-keypbe', 'CAMELLIA-256-CBC', '-certpbe', 'CAMELLIA-128-CBC'],
      ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'NONE'],
      ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES'],
      ['-legacy'],
      ['-legacy', '-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-RC2-128'],
    ];
    let made = 0;
    for (const kind of kinds) {
      const content = await exported(...kind);
      if (content === undefined) continue;
      made += 1;
      taken(content, PASSWORD);
      assert.match(refusal(content, 'feil'), /password is wrong/u, kind.join(' '));
    }
    assert.ok(made >= 7, `${made} of ${kinds.length}`);
  });

  it('every encryption of a PEM key that OpenSSL writes and the platform supports', async function () {
    requireJudge(this, 'openssl');
    for (const kind of [
      ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512'],
      ['pkcs8', '-topk8', '-scrypt'],
      ['pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES'],
      ['rsa', '-aes256', '-traditional'],
    ]) {
      const key = await openssl(...kind, '-in', 'all.pem', '-passout', `pass:${PASSWORD}`);
      assert.ok(key, kind.join(' '));
      taken(key.toString() + issued.certificatePem, PASSWORD);
      taken(key.toString() + issued.certificatePem, `${PASSWORD}\n`);
      assert.match(refusal(key.toString() + issued.certificatePem, 'feil'), /password is wrong/u);
      assert.match(refusal(key.toString() + issued.certificatePem), /no password was given/u);
    }
  });

  it('are rejected with the name of an unsupported algorithm', async function () {
    requireJudge(this, 'openssl');
    const legacy = ['-provider', 'legacy', '-provider', 'default'];
    const kinds = [
      [
        await exported('-macalg', 'SHA3-256'),
        /integrity check uses the algorithm 2\.16\.840\.1\.101\.3\.4\.2\.8/u,
      ],
      [await exported('-legacy', '-keypbe', 'PBE-SHA1-RC4-128'), /encrypted with RC4 with 128 bits/u],
      ...(await Promise.all(
        [
          ['PBE-MD5-DES', /encrypted with MD5 and DES \(PBES1\)/u] as const,
          ['PBE-MD5-RC2-64', /encrypted with MD5 and RC2 \(PBES1\)/u] as const,
          ['PBE-SHA1-RC2-64', /encrypted with SHA-1 and RC2 \(PBES1\)/u] as const,
        ].map(async ([name, why]) => {
          const out = join(folder, name);
          const args = ['pkcs8', '-topk8', '-v1', name, ...legacy, '-in', 'all.pem', '-out', out];
          const { exitCode } = await ask('openssl', [...args, '-passout', `pass:${PASSWORD}`], {
            directory: folder,
          });
          return [
            exitCode === 0 ? `${readFileSync(out, 'utf8')}${issued.certificatePem}` : undefined,
            why,
          ] as const;
        }),
      )),
    ] as const;
    let refused = 0;
    for (const [content, why] of kinds) {
      if (content === undefined) continue;
      refused += 1;
      const reason = refusal(content, PASSWORD);
      assert.match(reason, why);
      assert.match(reason, /which is not supported; export it again with AES-256 and SHA-256/u);
      assert.doesNotMatch(reason, /password is wrong/u);
    }
    assert.ok(refused > 0);
  });

  it('are rejected with the actual format of a file that is not a key store', async function () {
    const der = new X509Certificate(issued.certificatePem).raw;
    const request = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n';
    assert.match(refusal(der), /it is a certificate without its private key \(\.cer\); use the file/u);
    assert.match(refusal(request), /contains no private key: it is a certificate request; use the file/u);
    assert.match(refusal(Buffer.from('feedfeed0000000200000001', 'hex')), /it is a Java key store \(JKS\)/u);
    assert.match(refusal(Buffer.from('PK\x03\x04zip')), /it is a ZIP archive/u);
    for (const text of ['\ufeff-----BEGIN', '-----BEGIN']) {
      const littleEndian = Buffer.from(text, 'utf16le');
      assert.match(refusal(littleEndian), /it is text in UTF-16, which iconv -f UTF-16 -t UTF-8 converts/u);
      assert.match(refusal(Buffer.from(littleEndian).swap16()), /it is text in UTF-16/u);
    }
    const pkcs12 = issued.pkcs12({ password: PASSWORD });
    const base64 = pkcs12.toString('base64').replaceAll(/.{64}/gu, '$&\r\n');
    assert.match(refusal(base64, PASSWORD), /it is base64 text of a DER file, which base64 -d decodes/u);
    const whole = `${pkcs12.length} bytes`;
    for (const length of [10, 1000, pkcs12.length - 1]) {
      const reason = refusal(pkcs12.subarray(0, length), PASSWORD);
      assert.ok(reason.includes(`it is the beginning of a DER file: ${length} of its ${whole}`), reason);
    }
    assert.match(refusal(''), /neither PKCS#12 .* nor PEM, it is empty/u);
    requireJudge(this, 'openssl');
    const collection = ['crl2pkcs7', '-nocrl', '-certfile', 'all.pem'];
    for (const content of [await openssl(...collection), await openssl(...collection, '-outform', 'DER')]) {
      assert.match(refusal(content!), /it is a PKCS#7 collection of certificates \(\.p7b\)/u);
    }
    const key = await openssl('pkcs8', '-topk8', '-nocrypt', '-outform', 'DER', '-in', 'all.pem');
    assert.match(refusal(key!), /it is a private key without its certificate/u);
  });
});
