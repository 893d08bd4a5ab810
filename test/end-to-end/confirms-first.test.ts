import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOwnedProcess, type OwnedProcess } from '@signering/dev-stack/internal/processes/index.js';
import { SigningClient } from '@signering/client';
import { PACKAGE, PROJECT } from '../docs/project-files.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { assertArchivedBeforeConfirmed } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';

const ARCHIVE = /^ *const archive = await archiveSignedDocuments\(.*\);\n/mu;
const CONFIRM = /^ *await confirmOutcome\(.*\);\n/mu;

/** A copy of the compiled packages, inside the project so that others' are found, in which the confirmation comes first. */
function copyThatConfirmsFirst(): string {
  mkdirSync(join(PROJECT, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(PROJECT, '.cache', 'confirms-first-'));
  for (const name of PACKAGE.workspaces)
    cpSync(join(PROJECT, name), packageIn(copy, name), { recursive: true });
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ type: 'module' }));
  const file = join(packageIn(copy, 'workflows'), 'dist', 'portal-signing.js');
  const source = readFileSync(file, 'utf8');
  const [archive] = ARCHIVE.exec(source) ?? [];
  const [confirm] = CONFIRM.exec(source) ?? [];
  assert.ok(archive !== undefined && confirm !== undefined, 'the workflow archives, then confirms');
  writeFileSync(file, source.replace(confirm, '').replace(archive, confirm + archive));
  return copy;
}

const packageIn = (copy: string, name: string): string => join(copy, 'node_modules', '@signering', name);

describe('the test that archiving precedes the confirmation', () => {
  let stack: TestStack;
  let client: SigningClient;
  let copy: string;
  let worker: OwnedProcess | undefined;

  before(async () => {
    stack = await startTestStack();
    client = await SigningClient.connect({ env: stack.env });
    copy = copyThatConfirmsFirst();
  });

  after(async () => {
    await worker?.kill9();
    await client.close();
    await stack.stop();
    rmSync(copy, { recursive: true, force: true });
  });

  it('fails for a copy of the code that confirms first', async () => {
    await promisify(execFile)(process.execPath, [
      join(packageIn(copy, 'worker'), 'dist', 'bundle-workflows.js'),
    ]);
    worker = startOwnedProcess({
      command: process.execPath,
      args: [join(packageIn(copy, 'cli'), 'bin', 'signering.js'), 'worker'],
      env: stack.env,
      logFile: join(stack.folder, 'confirms-first.log'),
      recordFile: join(stack.folder, 'confirms-first.process.json'),
    });
    const reference = 'confirms-first';
    await client.startPortalJob(await portalJob(reference));
    const jobId = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
      what: 'the job is created',
      withinMs: 60_000,
    });
    await stack.admin.act(jobId, 1, 'sign');
    await assert.rejects(assertArchivedBeforeConfirmed(stack, reference, jobId), assert.AssertionError);
  });
});
