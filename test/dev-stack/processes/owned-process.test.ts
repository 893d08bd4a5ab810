import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  endLeftover,
  isRecordAlive,
  processIdentity,
  startOwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder, waitFor } from '../../fixtures/index.js';

function start(folder: string, script: string): ReturnType<typeof startOwnedProcess> {
  return startOwnedProcess({
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    logFile: join(folder, 'log'),
    outputFile: join(folder, 'out'),
    recordFile: join(folder, 'record.json'),
  });
}

const RUN_ON = 'setInterval(() => {}, 1000); console.log("up")';

describe('processes that a stack owns', () => {
  it('a leftover process is found by its record and ended', async () => {
    const folder = freshFolder('leftover');
    const child = start(folder, RUN_ON);
    assert.equal(await endLeftover(join(folder, 'record.json')), true);
    assert.equal(await child.ended, 'signal SIGTERM');
    assert.equal(existsSync(join(folder, 'record.json')), false);
  });

  it('a different process with the same number is not ended', async () => {
    const folder = freshFolder('stranger');
    const child = start(folder, RUN_ON);
    const record = join(folder, 'other.json');
    writeFileSync(record, JSON.stringify({ pid: child.pid, identity: 'another boot/1' }));
    assert.equal(await endLeftover(record), false);
    assert.notEqual(processIdentity(child.pid), undefined);
    await child.kill9();
  });

  it('the end of a process leaves the record of its successor', async () => {
    const folder = freshFolder('successor');
    const first = start(folder, RUN_ON);
    const second = start(folder, RUN_ON);
    await first.kill9();
    assert.equal(isRecordAlive(join(folder, 'record.json')), true);
    await second.kill9();
    assert.equal(existsSync(join(folder, 'record.json')), false);
  });

  it('kills a process that ignores SIGTERM', async () => {
    const folder = freshFolder('deaf');
    const child = start(folder, `process.on('SIGTERM', () => {}); ${RUN_ON}`);
    await waitFor(() => readFileSync(join(folder, 'out'), 'utf8').includes('up'), { what: 'it listens' });
    await child.stop(50);
    assert.equal(await child.ended, 'signal SIGKILL');
  });

  it('a command that does not exist ends with a reason', async () => {
    const folder = freshFolder('missing');
    const recordFile = join(folder, 'record.json');
    const child = startOwnedProcess({
      command: join(folder, 'no-such-command'),
      args: [],
      env: process.env,
      logFile: join(folder, 'log'),
      recordFile,
    });
    assert.match(await child.ended, /ENOENT/u);
  });

  it('an incomplete record is ignored', async () => {
    const record = join(freshFolder('torn'), 'record.json');
    writeFileSync(record, '{"pid":12');
    assert.equal(await endLeftover(record), false);
  });

  it('a process is identified by its start time', () => {
    const child = execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' });
    assert.equal(processIdentity(Number(child)), undefined);
    assert.equal(processIdentity(process.pid), processIdentity(process.pid));
  });
});
