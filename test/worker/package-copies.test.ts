import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDocumentPackages } from '@signering/worker/internal/package-copies.js';

const OUTGOING = {
  flow: 'PORTAL',
  organizationNumber: '910000007',
  reference: 'case-7',
  content: Buffer.from('PK'),
} as const;

describe('copies of document packages', () => {
  let folder: string;
  const warned: object[] = [];
  const logger = { warn: (_message: string, meta?: object) => void warned.push(meta ?? {}) };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-copies-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are written as they are sent', async () => {
    await copyDocumentPackages(folder, logger)(OUTGOING);
    const [copy = ''] = await readdir(folder);
    assert.deepEqual(await readFile(join(folder, copy)), OUTGOING.content);
    assert.deepEqual(warned, []);
  });

  it('that cannot be written are logged, and the package is sent', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const inside = join(file, 'packages');
    await copyDocumentPackages(inside, logger)(OUTGOING);
    assert.deepEqual(warned, [{ folder: inside, code: 'ENOTDIR' }]);
  });
});
