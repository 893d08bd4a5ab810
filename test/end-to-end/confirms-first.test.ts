import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startOwnedProcess, type OwnedProcess } from '../../cli/local-stack/index.js';
import { SigningClient } from '../../client/index.js';
import { startTestStack, waitFor, type TestStack } from '../stack/index.js';
import { assertArchivedBeforeConfirmed } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const ARCHIVE = /^ *const archive = await archiveSignedDocuments\(.*\);\n/mu;
const CONFIRM = /^ *await confirmOutcome\(.*\);\n/mu;

/** A copy of the compiled project, inside it so that packages are found, in which the confirmation comes first. */
function copyThatConfirmsFirst(): string {
  mkdirSync(join(PROJECT, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(PROJECT, '.cache', 'confirms-first-'));
  for (const part of ['package.json', 'dist', 'schema']) {
    cpSync(join(PROJECT, part), join(copy, part), { recursive: true });
  }
  const file = join(copy, 'dist', 'workflows', 'portal-signing.js');
  const source = readFileSync(file, 'utf8');
  const [archive] = ARCHIVE.exec(source) ?? [];
  const [confirm] = CONFIRM.exec(source) ?? [];
  assert.ok(archive !== undefined && confirm !== undefined, 'the workflow archives, then confirms');
  writeFileSync(file, source.replace(confirm, '').replace(archive, confirm + archive));
  return copy;
}

describe('the test of the order in which a signing archives and confirms', () => {
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
    await promisify(execFile)(process.execPath, [join(copy, 'dist', 'scripts', 'bundle-workflows.js')]);
    worker = startOwnedProcess({
      command: process.execPath,
      args: [join(copy, 'dist', 'cli', 'main.js'), 'worker'],
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
