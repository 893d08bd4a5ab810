import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatKeys, generateKey, keyFingerprint, parseKeys } from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder, runSignering } from '../../fixtures/index.js';

describe('signering keys', () => {
  const base = withoutSettings(process.env);
  const run = (cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runSignering({ args: ['keys', ...args], env: { ...base, ...env }, cwd });

  it('new adds keys behind the first one, readable by their owner only, and prints no secret', async () => {
    const folder = freshFolder('keys');
    const file = join(folder, 'keys');
    const first = await run(folder, ['new', '--file', 'keys', '--json']);
    assert.equal(first.exitCode, 0, first.stderr);
    const [id] = parseKeys(await readFile(file, 'utf8')).map((key) => key.id);
    assert.match(id ?? '', /^\d{4}-\d\d-\d\d$/u);
    assert.equal((JSON.parse(first.stdout) as { encrypts: boolean }).encrypts, true);
    await chmod(file, 0o644);
    const second = await run(folder, ['new'], { SIGNERING_KEYS_FILE: file });
    assert.match(second.stdout, /It decrypts only/u, second.stderr);
    const keys = parseKeys(await readFile(file, 'utf8'));
    assert.equal(keys[0].id, id);
    assert.equal(keys.length, 2);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    for (const { secret } of keys) {
      const text = Buffer.from(secret).toString('base64');
      for (const { stdout, stderr } of [first, second]) assert.ok(!`${stdout}${stderr}`.includes(text));
    }
  });

  it('new changes nothing where a file cannot be used, and prints a key on request only', async () => {
    const folder = freshFolder('keys');
    const file = join(folder, 'keys');
    await writeFile(file, 'no key');
    const damaged = await run(folder, ['new', '--file', file]);
    assert.equal(damaged.exitCode, 2);
    assert.match(damaged.stderr, /No key was added/u);
    assert.equal(await readFile(file, 'utf8'), 'no key');
    await writeFile(file, formatKeys([generateKey('a')]));
    await writeFile(`${file}.new`, '');
    assert.match((await run(folder, ['new', '--file', file])).stderr, /another\s+command/u);
    assert.equal(
      (await run(folder, ['new'], { SIGNERING_KEYS: formatKeys([generateKey('a')]) })).exitCode,
      2,
    );
    assert.equal(parseKeys((await run(folder, ['new', '--print'])).stdout).length, 1);
  });

  it('list names fingerprints, the key that encrypts, and what the storage knows', async () => {
    const folder = freshFolder('keys');
    const [known, fresh, other] = [generateKey('known'), generateKey('fresh'), generateKey('other')];
    const root = join(folder, 'storage');
    const { keyFingerprints } = await openFileStorage({ root, create: true });
    await keyFingerprints.remember(known.id, keyFingerprint(known));
    await keyFingerprints.remember(other.id, keyFingerprint(generateKey('other')));
    const list = (keys: Parameters<typeof formatKeys>[0], ...args: readonly string[]) =>
      run(folder, ['list', ...args], { SIGNERING_KEYS: formatKeys(keys), SIGNERING_STORAGE: root });
    const listed = await list([known, fresh], '--json');
    assert.equal(listed.exitCode, 0, listed.stderr);
    assert.deepEqual(JSON.parse(listed.stdout), {
      keys: [
        { id: 'known', fingerprint: keyFingerprint(known), encrypts: true, storage: 'KNOWN_KEY' },
        { id: 'fresh', fingerprint: keyFingerprint(fresh), encrypts: false, storage: 'UNKNOWN_KEY' },
      ],
    });
    const mixed = await list([known, other]);
    assert.equal(mixed.exitCode, 2);
    assert.match(mixed.stdout, /other .*its id\s+stands\s+for\s+another\s+key/su);
    const alone = await run(folder, ['list'], { SIGNERING_KEYS: formatKeys([known]) });
    assert.match(alone.stdout, /SIGNERING_STORAGE is not set/u);
  });

  it('rotate refuses --no-portal where the settings name the database of a portal, also an embedded one', async () => {
    const folder = freshFolder('keys');
    await writeFile(join(folder, 'database'), 'postgresql://portal@localhost/portal');
    for (const [name, value] of [
      ['SIGNERING_PORTAL_DATABASE', 'postgresql://portal@localhost/portal'],
      ['SIGNERING_PORTAL_DATABASE', `embedded:${join(folder, 'portal')}`],
      ['SIGNERING_PORTAL_DATABASE_FILE', join(folder, 'database')],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(folder, ['rotate', '--check', '--no-portal'], {
        SIGNERING_ORGANIZATION: '910000007',
        SIGNERING_STORAGE: join(folder, 'storage'),
        SIGNERING_KEYS: formatKeys([generateKey('only')]),
        [name]: value,
      });
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      const message = new RegExp(`--no-portal: says .* and ${name} names`, 'u');
      assert.match(stderr.replaceAll(/\s+/gu, ' '), message);
    }
  });
});
