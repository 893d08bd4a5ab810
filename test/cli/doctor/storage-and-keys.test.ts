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
import { freshFolder, requireS3Server, type S3Server } from '../../fixtures/index.js';
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
      passedWith(findings.of('storage')).summary,
      /written, read back, renamed, linked and synced; [\d.]+ GB free/u,
    );
    assert.match(passedWith(findings.of('keys')).summary, /no worker has used any yet: first \(fingerprint/u);
    assert.deepEqual(readdirSync(root), []);
    assert.equal(findings.exitCode, 0);
  });

  it('pass with the identity that a worker wrote; without one a worker gets a warning and a client fails', async () => {
    assert.match(passedWith((await examine()).of('storage')).warnings, /no worker has used it/u);
    const asClient = () =>
      findingsFor({ SIGNERING_STORAGE: root, SIGNERING_KEYS: formatKeys(keys) }, ['storage'], ['client']);
    assert.match(troubleOf((await asClient()).of('storage')), /no identity.*start a worker on this folder/su);
    await openFileStorage({ root, create: true });
    assert.match(passedWith((await asClient()).of('storage')).summary, /identity [0-9a-f-]{36}/u);
  });

  it('fail without the folder, and do not create it', async () => {
    rmSync(root, { recursive: true });
    const findings = await examine();
    assert.match(troubleOf(findings.of('storage')), /does not exist.*SIGNERING_STORAGE/u);
    assert.ok(!existsSync(root));
    assert.equal(findings.exitCode, 2);
  });

  it('fail if a file has the path of the folder', async () => {
    rmSync(root, { recursive: true });
    writeFileSync(root, '');
    assert.match(troubleOf((await examine()).of('storage')), /does not exist.*SIGNERING_STORAGE/u);
  });

  it('fail with exit code 75 if the folder is read-only', async function () {
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
      assert.equal(findings.exitCode, 75);
    } finally {
      if (me === 0) process.seteuid(me);
      rmSync(root, { recursive: true });
    }
  });

  it('pass when workers use the same keys, and print their fingerprints', async () => {
    await remember(keys);
    const { summary } = passedWith((await examine()).of('keys'));
    assert.match(summary, /the same key .*first \(fingerprint [0-9a-f]{32}\), second \(fingerprint/u);
  });

  it('fail when a key id stands for another key, and print no key', async () => {
    await remember(keys);
    const other = generateKey('second');
    const findings = await examine([keys[0], other]);
    const said = troubleOf(findings.of('keys'));
    assert.match(said, /"second" differs from the key .*correct SIGNERING_KEYS.*fingerprint/su);
    assert.ok(!said.includes(Buffer.from(other.secret).toString('base64')));
    assert.equal(findings.exitCode, 2);
  });

  it('fail when this machine would encrypt with a key that no worker has', async () => {
    await remember(keys);
    const findings = await examine([generateKey('new'), ...keys]);
    assert.match(
      troubleOf(findings.of('keys')),
      /"new" is a key that no worker has used yet\. First give it/u,
    );
    assert.equal(findings.exitCode, 2);
  });
});

describe('signering doctor, storage in S3', () => {
  let server: S3Server;
  let bucket: string;
  before(async function () {
    server = await requireS3Server(this);
    bucket = await server.createBucket();
  });

  const keys = formatKeys([generateKey('first')]);
  const examine = (location: string, settings: Readonly<Record<string, string>> = {}) =>
    findingsFor(
      {
        SIGNERING_STORAGE: location,
        SIGNERING_S3_ENDPOINT: server.endpoint,
        SIGNERING_KEYS: keys,
        ...settings,
      },
      ['storage', 'keys'],
    );

  it('pass, and name what was verified', async () => {
    const findings = await examine(`s3://${bucket}/signering/`);
    const { summary, warnings } = passedWith(findings.of('storage'));
    assert.match(
      summary,
      new RegExp(`^s3://${bucket}/signering: created once although it was written twice`, 'u'),
    );
    assert.match(warnings, /no worker has used it/u);
    assert.match(passedWith(findings.of('keys')).summary, /no worker has used any yet: first/u);
  });

  it('fail without the bucket, with exit code 2', async () => {
    const findings = await examine('s3://nowhere');
    assert.match(
      troubleOf(findings.of('storage')),
      /s3:\/\/nowhere does not exist.*a bucket you create yourself/u,
    );
    assert.equal(findings.exitCode, 2);
  });

  it('fail with exit code 75 without the server or an encryption that it lacks', async () => {
    for (const [settings, trouble] of [
      [{ SIGNERING_S3_ENDPOINT: 'http://127.0.0.1:1' }, /cannot be reached \(ECONNREFUSED\)/u],
      [{ SIGNERING_S3_KMS_KEY: 'alias/signering' }, /did not confirm the encryption/u],
    ] as const) {
      const findings = await examine(`s3://${bucket}/signering`, settings);
      assert.match(troubleOf(findings.of('storage')), trouble);
      assert.equal(findings.exitCode, 75);
    }
  });

  it('do not pass with settings of S3 that are mistyped', async () => {
    const findings = await examine(`s3://${bucket}/signering`, { SIGNERING_S3_ENDPOINT: 'localhost' });
    assert.notEqual(findings.of('storage').verdict, 'PASSED');
  });

  it('pass with a warning when documents go unencrypted to an address that is not of this machine', async () => {
    // Leads to this machine, and is not written as an address of it.
    const endpoint = server.endpoint.replace('127.0.0.1', '0.0.0.0');
    const findings = await examine(`s3://${bucket}/signering`, { SIGNERING_S3_ENDPOINT: endpoint });
    assert.match(passedWith(findings.of('storage')).warnings, /is http on another machine.*Use https/u);
  });
});
