import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enterpriseSubject } from '@signering/sandbox/internal/certificates/distinguished-names.js';
import {
  createCertificateAuthority,
  restoreCertificateAuthority,
  type CertificateAuthority,
  type EnterpriseCertificateOrder,
} from '@signering/sandbox/internal/certificates/index.js';
import { issueCertificate } from '@signering/sandbox/internal/certificates/issue-certificate.js';
import { freshFolder } from '../../fixtures/index.js';
import { findingsFor, passedWith, troubleOf, type Findings } from './findings.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const ORGANIZATION = '910000007';
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

describe('signering doctor, certificate', () => {
  let folder: string;
  let authority: CertificateAuthority;
  before(async () => {
    folder = freshFolder('doctor');
    authority = await createCertificateAuthority();
  });

  const examine = (content: string | Buffer, settings: Record<string, string> = {}): Promise<Findings> => {
    const file = join(folder, 'certificate');
    writeFileSync(file, content);
    const env = { SIGNERING_ORGANIZATION: ORGANIZATION, SIGNERING_CERTIFICATE: file, ...settings };
    return findingsFor(env, ['certificate']);
  };
  const issue = async (
    order: Partial<EnterpriseCertificateOrder> = {},
    issuer = authority,
  ): Promise<string> => {
    const issued = await issuer.issueEnterpriseCertificate({
      organizationNumber: ORGANIZATION,
      name: 'Avsender AS',
      ...order,
    });
    return issued.privateKeyPem + issued.chainPem;
  };
  const refusedWith = async (findings: Promise<Findings>, why: RegExp): Promise<void> => {
    const { of, exitCode } = await findings;
    assert.match(troubleOf(of('certificate')), why);
    assert.equal(exitCode, 2);
  };

  it('passes and prints its organisation, its remaining days and its chain', async () => {
    const { summary, warnings } = passedWith((await examine(await issue())).of('certificate'));
    assert.match(summary, /organisation 910000007; .*7(?:29|30) days left.*RSA 2048.*3 in its chain/u);
    assert.equal(warnings, '');
  });

  it('is reported as a broker’s if its organisation is not the sender', async () => {
    const { of } = await examine(await issue({ organizationNumber: '311789015' }));
    assert.match(
      passedWith(of('certificate')).summary,
      /311789015, to send on behalf of 910000007 as its broker/u,
    );
  });

  it('passes with a warning if it expires within 60 days', async () => {
    const { of } = await examine(await issue({ notAfter: inDays(59.5) }));
    assert.match(passedWith(of('certificate')).warnings, /expires in 59 days: order a new one now/u);
  });

  it('passes with a warning if its chain is missing', async () => {
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: ORGANIZATION,
      name: 'Avsender AS',
    });
    const { of } = await examine(issued.privateKeyPem + issued.certificatePem);
    assert.match(passedWith(of('certificate')).warnings, /does not include a root/u);
  });

  it('fails when it has expired', async () => {
    await refusedWith(
      examine(await issue({ notBefore: inDays(-3), notAfter: inDays(-1) })),
      /expired at .*order a new one/u,
    );
  });

  it('fails when it is not valid yet', async () => {
    await refusedWith(examine(await issue({ notBefore: inDays(1) })), /not valid before .*; wait/u);
  });

  it('fails when a certificate of its chain has expired', async () => {
    const { root } = authority.state;
    const intermediate = await issueCertificate({
      subject: enterpriseSubject({ organizationNumber: '987654325', name: 'Old CA', style: 'SEID2' }),
      notBefore: inDays(-100),
      notAfter: inDays(-1),
      extensions: [
        { name: 'basicConstraints', critical: true, cA: true },
        { name: 'keyUsage', critical: true, keyCertSign: true },
      ],
      issuer: root,
    });
    const expired = restoreCertificateAuthority({ version: 1, root, intermediate });
    await refusedWith(examine(await issue({}, expired)), /above yours in its chain.*current chain/u);
  });

  it('fails when its key is for another purpose', async () => {
    await refusedWith(
      examine(await issue({ purpose: 'ENCRYPTION' })),
      /lacks the key usage digital signature; use/u,
    );
  });

  it('fails with a wrong password, and does not print it', async () => {
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: ORGANIZATION,
      name: 'Avsender AS',
    });
    const { of, exitCode } = await examine(issued.pkcs12({ password: 'right' }), {
      SIGNERING_CERTIFICATE_PASSWORD: 'w3ong-secret',
    });
    const said = troubleOf(of('certificate'));
    assert.match(said, /check the password/u);
    assert.ok(!said.includes('w3ong-secret'));
    assert.equal(exitCode, 2);
  });

  it('passes with the one usable certificate of several, and fails with a reason for each if none is usable', async () => {
    const expired = await issue({ notBefore: inDays(-30), notAfter: inDays(-1) });
    const signing = await issue({ purpose: 'NON_REPUDIATION' });
    const { of } = await examine(expired + signing + (await issue({ notAfter: inDays(400.5) })));
    assert.match(passedWith(of('certificate')).summary, /organisation 910000007; .*400 days left/u);
    await refusedWith(
      examine(expired + signing),
      /\(2 reasons\).*\(1\) serial number .* expired at .*\(2\) serial number .* lacks the key usage/su,
    );
  });

  it('fails when its file contains no private key, or is not a certificate', async () => {
    await refusedWith(examine(authority.rootPem), /no private key; export/u);
    await refusedWith(examine('letter'), /neither PKCS#12/u);
    await refusedWith(examine(Buffer.from('feedfeed00000002', 'hex')), /it is a Java key store \(JKS\)/u);
  });
});
