import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import { SigningError } from '@signering/schema';
import { loadEnterpriseCertificate, organizationNumberOf } from '@signering/signatures';
import { ask, requireJudge } from '../judges.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const ORGANIZATION = { organizationNumber: '984661185', name: 'Posten Bring AS' } as const;

describe('an enterprise certificate', () => {
  let authority: CertificateAuthority;
  let enterprise: IssuedCertificate;
  let folder: string;

  before(async () => {
    authority = await createCertificateAuthority();
    enterprise = await authority.issueEnterpriseCertificate(ORGANIZATION);
    folder = await mkdtemp(join(tmpdir(), 'signering-enterprise-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  }

  async function refusal(file: string, password?: string): Promise<string> {
    try {
      await loadEnterpriseCertificate({ file, password });
    } catch (error) {
      assert.ok(error instanceof SigningError && error.code === 'CERTIFICATE_UNUSABLE' && !error.retryable);
      assert.ok(error.message.includes(file), 'the file is named');
      return error.message;
    }
    assert.fail('the certificate was accepted');
  }

  it('is read from PKCS#12, with its chain from the organisation up to the root', async () => {
    const file = await write('enterprise.p12', enterprise.pkcs12({ password: 'hemmelig' }));
    const loaded = await loadEnterpriseCertificate({ file, password: 'hemmelig' });
    assert.equal(loaded.organizationNumber, '984661185');
    assert.ok(loaded.certificate.checkPrivateKey(loaded.privateKey));
    assert.deepEqual(
      loaded.chain.map((certificate) => certificate.toString()),
      [enterprise.certificatePem, authority.intermediatePem, authority.rootPem],
    );
  });

  it('is read from PEM in any order, without certificates of another chain', async () => {
    const stranger = await (await createCertificateAuthority()).issueEnterpriseCertificate(ORGANIZATION);
    const pem =
      authority.rootPem + stranger.certificatePem + enterprise.privateKeyPem + authority.intermediatePem;
    const file = await write('shuffled.pem', pem + enterprise.certificatePem);
    const { chain } = await loadEnterpriseCertificate({ file });
    assert.deepEqual(
      chain.map((certificate) => certificate.toString()),
      [enterprise.certificatePem, authority.intermediatePem, authority.rootPem],
    );
  });

  it('is read if only the leaf is given', async () => {
    const file = await write('leaf.pem', enterprise.privateKeyPem + enterprise.certificatePem);
    assert.equal((await loadEnterpriseCertificate({ file })).chain.length, 1);
  });

  it('is read from PEM with an encrypted key, but not without its password', async () => {
    const key = createPrivateKey(enterprise.privateKeyPem).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'blåbær',
    });
    const file = await write('encrypted.pem', key.toString() + enterprise.chainPem);
    assert.equal(
      (await loadEnterpriseCertificate({ file, password: 'blåbær' })).organizationNumber,
      '984661185',
    );
    assert.match(await refusal(file, 'wrong'), /password is wrong/);
    assert.match(await refusal(file), /no password was given/);
  });

  it('is read from PKCS#12 as OpenSSL writes it, modern or legacy, with a password beyond ASCII', async function () {
    requireJudge(this, 'openssl');
    await write('all.pem', enterprise.privateKeyPem + enterprise.chainPem);
    for (const kind of [
      ['-keypbe', 'AES-256-CBC'],
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1'],
    ]) {
      const args = [
        'pkcs12',
        '-export',
        '-in',
        'all.pem',
        '-out',
        'openssl.p12',
        '-passout',
        'pass:blåbær',
        ...kind,
      ];
      const verdict = await ask('openssl', args, { directory: folder });
      assert.equal(verdict.exitCode, 0, verdict.output);
      const loaded = await loadEnterpriseCertificate({
        file: join(folder, 'openssl.p12'),
        password: 'blåbær',
      });
      assert.equal(loaded.chain.length, 3);
    }
  });

  it('is rejected with the reason and the next step if the file is unusable', async () => {
    const p12 = await write('protected.p12', enterprise.pkcs12({ password: 'hemmelig' }));
    assert.match(await refusal(join(folder, 'nowhere.p12')), /no such file; check the path/);
    assert.match(await refusal(folder), /it is a folder; set the path/);
    assert.match(await refusal(p12, 'feil'), /password is wrong; check the password/);
    assert.match(await refusal(p12), /no password was given; set the password/);
    assert.match(await refusal(await write('text.p12', 'hello')), /neither PKCS#12 .* nor PEM/);
    assert.match(await refusal(await write('empty.p12', '')), /neither PKCS#12 .* nor PEM/);
    assert.match(await refusal(await write('public.pem', enterprise.chainPem)), /no private key; export/);
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const foreign = other.export({ type: 'pkcs8', format: 'pem' }).toString() + enterprise.chainPem;
    assert.match(await refusal(await write('foreign.pem', foreign)), /no certificate for its private key/);
  });

  it('is rejected if the certificate has expired, is not valid yet, or is for another purpose', async () => {
    const past = { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
    const cases = [
      { order: past, reason: /expired at 20\d\d-.*order a new one/ },
      { order: { notBefore: new Date(Date.now() + DAY_MS) }, reason: /not valid before 20\d\d-.*clock/ },
      { order: { purpose: 'NON_REPUDIATION' }, reason: /key usage digital signature; use/ },
    ] as const;
    for (const { order, reason } of cases) {
      const issued = await authority.issueEnterpriseCertificate({ ...ORGANIZATION, ...order });
      assert.match(await refusal(await write('refused.p12', issued.pkcs12({ password: 'x' })), 'x'), reason);
    }
  });

  it('is rejected without an organisation number', async () => {
    const person = await authority.issuePersonCertificate({ name: 'Kari Nordmann' });
    const file = await write('person.p12', person.pkcs12({ password: 'x' }));
    assert.match(await refusal(file, 'x'), /names no Norwegian organisation number; use/);
  });

  describe('yields the organisation number', () => {
    const numberOf = ({ certificatePem }: { readonly certificatePem: string }) =>
      organizationNumberOf(new X509Certificate(certificatePem).raw);
    const person = async (name: string, serialNumber?: string) =>
      numberOf(await authority.issuePersonCertificate({ name, ...(serialNumber && { serialNumber }) }));

    it('from the SEID 2 and SEID 1 attributes', async () => {
      assert.equal(numberOf(enterprise), '984661185');
      assert.equal(
        numberOf(await authority.issueEnterpriseCertificate({ ...ORGANIZATION, style: 'SEID1' })),
        '984661185',
      );
    });

    it('from a common name that begins with it', async () => {
      assert.equal(await person('984661185'), '984661185');
      assert.equal(await person('984661185 - Posten'), '984661185');
    });

    it('never from part of a longer text or number', async () => {
      assert.equal(await person('9846611851'), undefined);
      assert.equal(await person('Posten 984661185'), undefined);
      assert.equal(await person('Kari Nordmann', '9846611850'), undefined);
      assert.equal(await person('Kari Nordmann', 'UN:NO-984661185'), undefined);
      const padded = await authority.issueEnterpriseCertificate({
        ...ORGANIZATION,
        organizationNumber: '984661185-1',
      });
      assert.equal(numberOf(padded), undefined);
    });

    it('never from content that is not a certificate', () => {
      assert.equal(organizationNumberOf(new Uint8Array()), undefined);
      assert.equal(organizationNumberOf(Buffer.from('984661185')), undefined);
    });
  });
});
