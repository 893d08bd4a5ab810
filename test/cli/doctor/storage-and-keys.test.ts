import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkKeyFingerprints, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { freshFolder } from '../../fixtures/index.js';
import { findingsFor, passedWith, troubleOf, type Findings } from './findings.js';

/** An arbitrary user without permissions. */
const OTHER_USER = 65534;

describe('signering doctor, storage and keys', () => {
  let root: string;
  beforeEach(() => {
    root = join(freshFolder('doctor'), 'storage');
    mkdirSync(root);
  });

  const keys = [generateKey('first'), generateKey('second')] as const;
  const examine = (given: readonly ReturnType<typeof generateKey>[] = keys): Promise<Findings> =>
    findingsFor({ SIGNERING_STORAGE: root, SIGNERING_KEYS: formatKeys(given) }, ['storage', 'keys']);
  const remember = async (given: readonly ReturnType<typeof generateKey>[]): Promise<void> => {
    const { keyFingerprints } = await openFileStorage({ root });
    await checkKeyFingerprints(parseKeys(formatKeys(given)), keyFingerprints);
  };

  it('pass, and leave nothing behind', async () => {
    const findings = await examine();
    assert.match(
      passedWith(findings.of('storage')).told,
      /written, read back, renamed, linked and synced; [\d.]+ GB free/u,
    );
    assert.match(passedWith(findings.of('keys')).told, /no worker has used any yet: first \(fingerprint/u);
    assert.deepEqual(readdirSync(root), []);
    assert.equal(findings.exitCode, 0);
  });

  it('pass with the identity that a worker gave; without one a worker is warned, and a client fails', async () => {
    assert.match(passedWith((await examine()).of('storage')).warnings, /no worker has used it/u);
    const asClient = () =>
      findingsFor({ SIGNERING_STORAGE: root, SIGNERING_KEYS: formatKeys(keys) }, ['storage'], ['client']);
    assert.match(troubleOf((await asClient()).of('storage')), /no identity.*start a worker on this folder/su);
    await openFileStorage({ root, create: true });
    assert.match(passedWith((await asClient()).of('storage')).told, /identity [0-9a-f-]{36}/u);
  });

  it('fail without the folder, which is not made', async () => {
    rmSync(root, { recursive: true });
    const findings = await examine();
    assert.match(troubleOf(findings.of('storage')), /no folder .*SIGNERING_STORAGE/u);
    assert.ok(!existsSync(root));
    assert.equal(findings.exitCode, 2);
  });

  it('fail where a file stands in the place of the folder', async () => {
    rmSync(root, { recursive: true });
    writeFileSync(root, '');
    assert.match(troubleOf((await examine()).of('storage')), /no folder .*SIGNERING_STORAGE/u);
  });

  it('fail where the folder is for reading only, with exit code 1', async function () {
    if (process.getuid === undefined || process.seteuid === undefined || process.geteuid === undefined) {
      this.skip();
    }
    // Beside the run's folders, which are for their owner only.
    root = mkdtempSync(join(tmpdir(), 'signering-doctor-'));
    chmodSync(root, 0o555);
    const me = process.geteuid();
    // To the superuser nothing is for reading only.
    if (me === 0) {
      chownSync(root, OTHER_USER, OTHER_USER);
      process.seteuid(OTHER_USER);
    }
    try {
      const findings = await examine();
      assert.match(troubleOf(findings.of('storage')), /EACCES.*Grant the user .* permission/su);
      assert.equal(findings.exitCode, 1);
    } finally {
      if (me === 0) process.seteuid(me);
      rmSync(root, { recursive: true });
    }
  });

  it('pass when workers use the same keys, and tell their fingerprints', async () => {
    await remember(keys);
    const { told } = passedWith((await examine()).of('keys'));
    assert.match(told, /the same key .*first \(fingerprint [0-9a-f]{32}\), second \(fingerprint/u);
  });

  it('fail when a key id stands for another key, and tell no key', async () => {
    await remember(keys);
    const other = generateKey('second');
    const findings = await examine([keys[0], other]);
    const said = troubleOf(findings.of('keys'));
    assert.match(said, /"second" differs from the key .*correct SIGNERING_KEYS.*fingerprint/su);
    assert.ok(!said.includes(Buffer.from(other.secret).toString('base64')));
    assert.equal(findings.exitCode, 2);
  });

  it('fail when this machine would write with a key that no worker has', async () => {
    await remember(keys);
    const findings = await examine([generateKey('new'), ...keys]);
    assert.match(
      troubleOf(findings.of('keys')),
      /"new" is a key that no worker has used yet\. First give it/u,
    );
    assert.equal(findings.exitCode, 2);
  });
});
