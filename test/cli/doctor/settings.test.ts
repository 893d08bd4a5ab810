import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatKeys, generateKey } from '@signering/encryption';
import { freshFolder, freshStorage } from '../../fixtures/index.js';
import { findingsFor, notCheckedBecause, passedWith, troubleOf } from './findings.js';

describe('signering doctor, settings', () => {
  let folder: string;
  let complete: Record<string, string>;
  before(async () => {
    folder = freshFolder('doctor');
    const file = (name: string): string => {
      writeFileSync(join(folder, name), '', { mode: 0o640 });
      return join(folder, name);
    };
    complete = {
      XDG_CONFIG_HOME: folder,
      HOME: folder,
      SIGNERING_ORGANIZATION: '910000007',
      SIGNERING_STORAGE: await freshStorage(),
      SIGNERING_KEYS: formatKeys([generateKey('a')]),
      SIGNERING_CERTIFICATE: file('certificate.p12'),
      SIGNERING_API_URL: 'https://localhost:8443/api',
      SIGNERING_TRUSTED_CERTIFICATES: file('ca.pem'),
    };
  });

  it('pass when everything that a worker and a client need is set', async () => {
    const findings = await findingsFor(complete, ['settings']);
    passedWith(findings.of('settings'));
    assert.equal(findings.exitCode, 0);
  });

  it('are reported with every mistake and its remedy, without secrets; exit code 2', async () => {
    const env = {
      ...complete,
      SIGNERING_ORGANIZATION: '91 00 00 007',
      SIGNERING_API_URL: '',
      SIGNERING_KEYS: 'a:c2hvcnQtc2VjcmV0',
      SIGNERING_CERTIFICATE: join(folder, 'nowhere.p12'),
    };
    const findings = await findingsFor(env, ['settings']);
    const said = troubleOf(findings.of('settings'));
    for (const name of [
      'SIGNERING_ORGANIZATION',
      'SIGNERING_API_URL',
      'SIGNERING_KEYS',
      'SIGNERING_CERTIFICATE',
    ]) {
      assert.match(said, new RegExp(`^${name}`, 'mu'));
    }
    assert.match(said, /README\.md/u);
    assert.ok(!said.includes('c2hvcnQ'), 'no secret');
    assert.equal(findings.exitCode, 2);
  });

  it('with an unknown name, and with a folder for packages, pass with a warning', async () => {
    const odd = { ...complete, SIGNERING_API_ULR: 'x', SIGNERING_DUMP_PACKAGES: folder };
    const { warnings } = passedWith((await findingsFor(odd, ['settings'])).of('settings'));
    assert.match(warnings, /SIGNERING_API_ULR/u);
    assert.match(warnings, /SIGNERING_DUMP_PACKAGES .*personal data/u);
  });

  it('with a file of secrets that every user can read pass with a warning, and without one with none', async () => {
    const { SIGNERING_KEYS: keys = '', ...rest } = complete;
    const file = join(folder, 'keys');
    writeFileSync(file, keys, { mode: 0o640 });
    const env = { ...rest, SIGNERING_KEYS_FILE: file };
    const warnings = async () => passedWith((await findingsFor(env, ['settings'])).of('settings')).warnings;
    assert.equal(await warnings(), '');
    chmodSync(file, 0o644);
    assert.match(await warnings(), /^SIGNERING_KEYS_FILE names a file with secrets .*: chmod o= .*keys$/u);
  });

  it('prevent only the checks that need the invalid ones', async () => {
    const env = { ...complete, SIGNERING_CERTIFICATE: '', SIGNERING_KEYS: '' };
    const findings = await findingsFor(env, [
      'settings',
      'certificate',
      'service',
      'clock',
      'authorisation',
      'storage',
      'keys',
    ]);
    troubleOf(findings.of('settings'));
    assert.match(notCheckedBecause(findings.of('certificate')), /SIGNERING_CERTIFICATE/u);
    assert.match(notCheckedBecause(findings.of('service')), /«Certificate»/u);
    assert.match(notCheckedBecause(findings.of('clock')), /«TLS to the API»/u);
    assert.match(notCheckedBecause(findings.of('authorisation')), /«TLS to the API»/u);
    passedWith(findings.of('storage'));
    assert.match(notCheckedBecause(findings.of('keys')), /SIGNERING_KEYS/u);
  });

  it('of a client pass without those of a worker, valid or not', async () => {
    const { SIGNERING_CERTIFICATE: _, ...rest } = complete;
    const env = {
      ...rest,
      SIGNERING_API_URL: 'http://wrong',
      SIGNERING_CERTIFICATE_PASSWORD_FILE: '/nowhere',
    };
    const findings = await findingsFor(env, ['settings', 'storage', 'keys'], ['client']);
    for (const name of ['settings', 'storage', 'keys'] as const) passedWith(findings.of(name));
    const wrong = await findingsFor({ ...env, SIGNERING_KEYS: '' }, ['settings'], ['client']);
    assert.match(troubleOf(wrong.of('settings')), /^SIGNERING_KEYS: is not set/u);
  });

  it('with an unreadable password file report that file, not the certificate', async () => {
    const env = { ...complete, SIGNERING_CERTIFICATE_PASSWORD_FILE: join(folder, 'nowhere') };
    const findings = await findingsFor(env, ['settings', 'certificate']);
    assert.match(troubleOf(findings.of('settings')), /SIGNERING_CERTIFICATE_PASSWORD_FILE/u);
    assert.match(notCheckedBecause(findings.of('certificate')), /SIGNERING_CERTIFICATE_PASSWORD_FILE/u);
  });

  it('report how many workflows a worker would cache, and warn of more than the memory allows', async () => {
    const { summary, warnings } = passedWith((await findingsFor(complete, ['memory'])).of('memory'));
    assert.match(summary, /^a worker with \d+ MiB caches \d+ workflows$/u);
    assert.equal(warnings, '');
    const more = { ...complete, SIGNERING_CACHED_WORKFLOWS: '20000' };
    const set = passedWith((await findingsFor(more, ['memory'])).of('memory'));
    assert.match(set.summary, /caches 20000 workflows/u);
    assert.match(set.warnings, /SIGNERING_CACHED_WORKFLOWS is 20000/u);
  });
});
