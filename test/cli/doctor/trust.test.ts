import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authoritySubject } from '@signering/sandbox/internal/certificates/distinguished-names.js';
import { issueCertificate } from '@signering/sandbox/internal/certificates/issue-certificate.js';
import { freshFolder } from '../../fixtures/index.js';
import { findingsFor, notCheckedBecause, passedWith, troubleOf, type Findings } from './findings.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('signering doctor, trusted CAs', () => {
  const examine = (env: Record<string, string>): Promise<Findings> => findingsFor(env, ['trust']);
  const file = async (...daysLeft: readonly number[]): Promise<string> => {
    const path = join(freshFolder('doctor'), 'trusted.pem');
    const issued = daysLeft.map((days) =>
      issueCertificate({
        subject: authoritySubject(`CA for ${days} days`),
        notBefore: new Date(Date.now() - 1000 * DAY_MS),
        notAfter: new Date(Date.now() + (days + 0.5) * DAY_MS),
        extensions: [{ name: 'basicConstraints', critical: true, cA: true }],
      }),
    );
    writeFileSync(path, (await Promise.all(issued)).map(({ certificatePem }) => certificatePem).join(''));
    return path;
  };

  it('lists those shipped for the environment, the one that expires first at the top', async () => {
    for (const [environment, first] of [
      ['production', 'Buypass Class 3 CA 3 until 2032-09-25'],
      ['difitest', 'Buypass Class 3 Test4 CA 3 until 2032-02-16'],
    ] as const) {
      const { summary } = passedWith((await examine({ SIGNERING_API_URL: environment })).of('trust'));
      assert.ok(summary.startsWith(`8 shipped for ${environment}: ${first}; `), summary);
    }
  });

  it('lists those of the settings instead, and warns of one that expires or has expired', async () => {
    const path = await file(400, 100, -2);
    const env = { SIGNERING_API_URL: 'production', SIGNERING_TRUSTED_CERTIFICATES: path };
    const { summary, warnings } = passedWith((await examine(env)).of('trust'));
    assert.ok(summary.startsWith(`3 from ${path}: CA for -2 days until `), summary);
    assert.match(warnings, /CA for -2 days has expired: replace/u);
    assert.match(warnings, /CA for 100 days expires in 100 days: replace/u);
    assert.doesNotMatch(warnings, /400/u);
  });

  it('fails when every one has expired', async () => {
    const env = { SIGNERING_API_URL: 'difitest', SIGNERING_TRUSTED_CERTIFICATES: await file(-2) };
    const { of, exitCode } = await examine(env);
    assert.match(troubleOf(of('trust')), /has expired: CA for -2 days until .*current ones/su);
    assert.equal(exitCode, 2);
  });

  it('is not checked for another API without its CA certificates', async () => {
    const { of } = await examine({ SIGNERING_API_URL: 'https://localhost:1/api' });
    assert.match(notCheckedBecause(of('trust')), /SIGNERING_TRUSTED_CERTIFICATES is missing/u);
  });
});
