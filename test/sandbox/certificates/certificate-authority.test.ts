import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import forge from 'node-forge';
import {
  createCertificateAuthority,
  restoreCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import { ask, requireJudge } from '../../judges.js';

describe('the certificate authority of the sandbox', () => {
  let authority: CertificateAuthority;
  let folder: string;

  before(async () => {
    authority = await createCertificateAuthority();
    folder = await mkdtemp(join(tmpdir(), 'signering-certificates-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  it('issues an enterprise certificate with an intermediate and a root in its chain', async () => {
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: '984661185',
      name: 'Posten Bring AS',
    });
    const chain = issued.chainPem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const [leaf, intermediate, root] = chain.map((pem) => new X509Certificate(pem));
    assert.equal(chain.length, 3);
    assert.ok(leaf!.verify(intermediate!.publicKey) && leaf!.checkIssued(intermediate!));
    assert.ok(intermediate!.verify(root!.publicKey) && root!.verify(root!.publicKey));
    assert.ok(leaf!.checkPrivateKey(createPrivateKey(issued.privateKeyPem)));
    assert.ok(!leaf!.ca && intermediate!.ca && root!.ca);
  });

  it('writes the organisation number as in SEID 2, or as in SEID 1 if requested', async () => {
    const order = { organizationNumber: '984661185', name: 'Blåbær og Ål AS' };
    const seid2 = await authority.issueEnterpriseCertificate(order);
    const seid1 = await authority.issueEnterpriseCertificate({ ...order, style: 'SEID1' });
    assert.match(new X509Certificate(seid2.certificatePem).subject, /organizationIdentifier=NTRNO-984661185/);
    assert.doesNotMatch(new X509Certificate(seid2.certificatePem).subject, /serialNumber/);
    assert.match(new X509Certificate(seid1.certificatePem).subject, /serialNumber=984661185/);
    assert.match(new X509Certificate(seid1.certificatePem).subject, /CN=Blåbær og Ål AS/);
  });

  it('issues expired and future certificates, and certificates of the wrong purpose', async () => {
    const day = 24 * 60 * 60 * 1000;
    const order = { organizationNumber: '984661185', name: 'Posten Bring AS' };
    const expired = await authority.issueEnterpriseCertificate({
      ...order,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() - day),
    });
    const early = await authority.issueEnterpriseCertificate({
      ...order,
      notBefore: new Date(Date.now() + day),
    });
    const other = await authority.issueEnterpriseCertificate({ ...order, purpose: 'NON_REPUDIATION' });
    assert.ok(new Date(new X509Certificate(expired.certificatePem).validTo).getTime() < Date.now());
    assert.ok(new Date(new X509Certificate(early.certificatePem).validFrom).getTime() > Date.now());
    const usage = forge.pki.certificateFromPem(other.certificatePem).getExtension('keyUsage');
    assert.ok(usage && 'digitalSignature' in usage && usage.digitalSignature === false);
  });

  it('writes PKCS#12 that Node, node-forge and OpenSSL read', async function () {
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: '984661185',
      name: 'Posten Bring AS',
    });
    const file = issued.pkcs12({ password: 'hemmelig' });
    createSecureContext({ pfx: file, passphrase: 'hemmelig' });
    forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(file.toString('latin1')), 'hemmelig');
    requireJudge(this, 'openssl');
    const path = join(folder, 'enterprise.p12');
    await writeFile(path, file);
    const verdict = await ask('openssl', [
      'pkcs12',
      '-in',
      path,
      '-passin',
      'pass:hemmelig',
      '-nokeys',
      '-info',
    ]);
    assert.equal(verdict.exitCode, 0, verdict.output);
    assert.equal(verdict.output.match(/BEGIN CERTIFICATE/g)?.length, 3);
    assert.match(verdict.output, /AES-256-CBC/);
  });

  it('issues under the same root after it was stored and loaded', async () => {
    const again = restoreCertificateAuthority(
      JSON.parse(JSON.stringify(authority.state)) as typeof authority.state,
    );
    const person = await again.issuePersonCertificate({
      name: 'Kari Nordmann',
      serialNumber: 'UN:NO-9578-4050-1',
    });
    const certificate = new X509Certificate(person.certificatePem);
    assert.ok(certificate.verify(new X509Certificate(authority.intermediatePem).publicKey));
    assert.match(certificate.subject, /CN=Kari Nordmann/);
    assert.equal(again.rootPem, authority.rootPem);
  });

  it('is accepted by OpenSSL for TLS in both directions and for the seal', async function () {
    requireJudge(this, 'openssl');
    const order = { organizationNumber: '984661185', name: 'Posten Bring AS' };
    const enterprise = await authority.issueEnterpriseCertificate(order);
    const seal = await authority.issueSealCertificate(order);
    await writeFile(join(folder, 'root.pem'), authority.rootPem);
    await writeFile(join(folder, 'intermediate.pem'), authority.intermediatePem);
    await writeFile(join(folder, 'enterprise.pem'), enterprise.certificatePem);
    await writeFile(join(folder, 'seal.pem'), seal.certificatePem);
    const trust = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'intermediate.pem'];
    for (const args of [
      ['-purpose', 'sslserver', 'enterprise.pem'],
      ['-purpose', 'sslclient', 'enterprise.pem'],
      ['seal.pem'],
    ]) {
      const verdict = await ask('openssl', [...trust, ...args], { directory: folder });
      assert.equal(verdict.exitCode, 0, verdict.output);
    }
  });
});
