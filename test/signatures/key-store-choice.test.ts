import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '@signering/sandbox/internal/certificates/index.js';
import { readKeyStore } from '@signering/signatures/internal/key-store/read-key-store.js';
import { makeKey } from './made-key.js';
import { makeKeyStore, ownMac, reissue } from './made-key-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const PASSWORD = 'hemmelig';
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

interface Entry {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

describe('a key store with several entries', () => {
  let authority: CertificateAuthority;
  let authentication: Entry;
  let signing: Entry;
  let person: Entry;
  let otherOrganization: Entry;
  let renewed: Entry;
  before(async () => {
    authority = await createCertificateAuthority();
    const organization = { organizationNumber: '984661185', name: 'Posten Bring AS' };
    [authentication, signing, person, otherOrganization, renewed] = await Promise.all([
      authority.issueEnterpriseCertificate({ ...organization, notAfter: inDays(100) }),
      authority.issueEnterpriseCertificate({ ...organization, purpose: 'NON_REPUDIATION' }),
      authority.issuePersonCertificate({ name: 'Kari Nordmann' }),
      authority.issueEnterpriseCertificate({ organizationNumber: '987654325', name: 'Annen AS' }),
      authority.issueEnterpriseCertificate({ ...organization, notAfter: inDays(500) }),
    ]);
  });

  const withCertificate = ({ privateKeyPem, certificatePem }: Entry, from: number, to: number): Entry => ({
    privateKeyPem,
    certificatePem: reissue(authority, certificatePem, { notBefore: inDays(from), notAfter: inDays(to) }),
  });
  const read = (form: 'PKCS#12' | 'PEM', entries: readonly Entry[]) => {
    const keys = [...new Set(entries.map(({ privateKeyPem }) => privateKeyPem))];
    const certificates = [
      ...entries.map(({ certificatePem }) => certificatePem),
      authority.rootPem,
      authority.intermediatePem,
    ];
    const content =
      form === 'PEM'
        ? Buffer.from([...keys, ...certificates].join(''))
        : makeKeyStore({ keys, certificates, password: PASSWORD, mac: ownMac(PASSWORD) });
    return readKeyStore({ content, password: PASSWORD });
  };
  const chosen = (form: 'PKCS#12' | 'PEM', entries: readonly Entry[]): readonly string[] => {
    const outcome = read(form, entries);
    assert.ok('certificate' in outcome, 'reason' in outcome ? outcome.reason : '');
    const { certificate, privateKey, chain } = outcome.certificate;
    assert.ok(certificate.checkPrivateKey(privateKey));
    return chain.map(String);
  };
  const refusal = (form: 'PKCS#12' | 'PEM', entries: readonly Entry[]): string => {
    const outcome = read(form, entries);
    return 'reason' in outcome ? outcome.reason : assert.fail('accepted');
  };
  const bothOrders = (entries: readonly Entry[]) => [entries, entries.toReversed()];

  for (const form of ['PKCS#12', 'PEM'] as const) {
    describe(`in ${form}`, () => {
      const takes = (entries: readonly Entry[], right: Entry): void => {
        for (const order of bothOrders(entries)) {
          assert.deepEqual(chosen(form, order), [
            right.certificatePem,
            authority.intermediatePem,
            authority.rootPem,
          ]);
        }
      };

      it('yields the renewed certificate instead of the expired one, in either order', () => {
        takes([withCertificate(authentication, -800, -10), renewed], renewed);
        takes([authentication, withCertificate(renewed, 10, 800)], authentication);
      });

      it('yields the currently valid certificate of several for one key', () => {
        const current = withCertificate(authentication, -5, 300);
        takes([withCertificate(authentication, -800, -10), current], current);
      });

      it('yields the usable certificate with the latest expiry', () => {
        takes([authentication, renewed], renewed);
      });

      it('yields the authentication key instead of the signing key, and never a person’s', () => {
        takes([signing, authentication], authentication);
        takes([person, authentication], authentication);
      });

      it('is rejected with a reason for each candidate if none is usable', () => {
        const expired = withCertificate(authentication, -800, -10);
        const early = withCertificate(renewed, 10, 800);
        for (const order of bothOrders([expired, early, signing, person])) {
          const reason = refusal(form, order);
          assert.match(reason, /^none of its entries can be used \(4 reasons\)\. \(1\) /u);
          for (const [entry, why] of [
            [expired, 'the certificate expired at'],
            [early, 'the certificate is not valid before'],
            [signing, 'the certificate lacks the key usage digital signature'],
            [person, 'the certificate names no Norwegian organisation number'],
          ] as const) {
            const { serialNumber } = new X509Certificate(entry.certificatePem);
            assert.match(reason, new RegExp(`serial number ${serialNumber}, valid [^:]+: ${why}`, 'u'));
          }
          assert.ok(!reason.includes('Nordmann'));
        }
      });

      it('is rejected if certificates of two organisations are usable', () => {
        assert.match(
          refusal(form, [authentication, otherOrganization]),
          /usable certificates of several organisations \(984661185, 987654325\); keep only one/u,
        );
      });
    });
  }

  it('yields the RSA key instead of an EC key, which the service does not accept', async () => {
    const { privateKey, chain } = await makeKey('ec', { name: 'Posten', serialNumber: '984661185' });
    const pem = `${privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()}${String(chain[0])}`;
    const content = Buffer.from(pem + authentication.privateKeyPem + authentication.certificatePem);
    const outcome = readKeyStore({ content });
    assert.ok('certificate' in outcome);
    assert.equal(outcome.certificate.privateKey.asymmetricKeyType, 'rsa');
    const alone = readKeyStore({ content: Buffer.from(pem) });
    assert.match('reason' in alone ? alone.reason : '', /^its key is not an RSA key, which the service/u);
  });

  it('yields the readable key of two in PEM with different passwords', () => {
    const encrypted = createPrivateKey(signing.privateKeyPem)
      .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'another password' })
      .toString();
    const content = Buffer.from(encrypted + authentication.privateKeyPem + authentication.certificatePem);
    assert.ok('certificate' in readKeyStore({ content, password: PASSWORD }));
  });

  it('builds the chain through the intermediate with the latest expiry of two with the same key', () => {
    const root = authority.state.root.privateKeyPem;
    const expired = reissue(
      {
        ...authority,
        state: { ...authority.state, intermediate: { certificatePem: '', privateKeyPem: root } },
      },
      authority.intermediatePem,
      { notBefore: inDays(-900), notAfter: inDays(-9) },
    );
    const { privateKeyPem, certificatePem } = authentication;
    const content = Buffer.from(
      privateKeyPem + certificatePem + expired + authority.intermediatePem + authority.rootPem,
    );
    const outcome = readKeyStore({ content });
    assert.ok('certificate' in outcome);
    assert.deepEqual(outcome.certificate.chain.map(String), [
      certificatePem,
      authority.intermediatePem,
      authority.rootPem,
    ]);
  });
});
