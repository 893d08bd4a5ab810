import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@signering/sender-portal/internal/database/folder-lock.js';

describe('the lock of the folder of an embedded database', () => {
  let parent: string;
  let folder: string;
  let file: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'folder-lock-'));
    folder = join(parent, 'database');
    file = `${folder}.lock`;
  });
  afterEach(() => rm(parent, { recursive: true }));

  const isTaken = (): void => assert.throws(() => lockFolder(folder), { code: 'INVALID_SETTINGS' });
  const write = (holder: object): void =>
    writeFileSync(file, JSON.stringify({ id: 'other', host: hostname(), startTime: '', ...holder }));

  it('is held once, and can be taken after its release', () => {
    const lock = lockFolder(folder);
    isTaken();
    lock.release();
    lockFolder(folder).release();
    assert.deepEqual(readdirSync(parent), ['database']);
  });

  it('is taken over from a process that has ended, and from one whose pid another process has now', async () => {
    const ended = spawn(process.execPath, ['--eval', '']);
    await once(ended, 'exit');
    write({ pid: ended.pid });
    lockFolder(folder).release();
    write({ pid: process.pid, startTime: '1' });
    lockFolder(folder).release();
    writeFileSync(file, String(ended.pid));
    lockFolder(folder).release();
  });

  it('of another container is not taken over, although that has the same pid', () => {
    write({ pid: process.pid, host: 'other-container' });
    isTaken();
  });

  it('is released by its holder alone', () => {
    const lock = lockFolder(folder);
    write({ pid: process.pid });
    lock.release();
    assert.match(readFileSync(file, 'utf8'), /"other"/u);
  });
});
