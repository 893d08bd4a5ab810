import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PDFDocument } from '@cantoo/pdf-lib';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { codeBlocks, sectionUnder } from './markdown.js';
import { PROJECT, readProjectFile } from './project-files.js';

const run = promisify(execFile);

const EXAMPLE = 'docs/examples/send-agreement.ts';

describe('docs/examples/send-agreement.ts', () => {
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
  });

  after(() => stack.stop());

  it('is quoted in README.md word for word', () => {
    const quoted = codeBlocks(sectionUnder(readProjectFile('README.md'), '## From code'), 'ts');
    assert.deepEqual(quoted, [readProjectFile(EXAMPLE)]);
  });

  it('sends an agreement and tells the outcome when both have signed', async () => {
    const file = join(stack.folder, 'agreement.pdf');
    await writeFile(file, await onePage());
    const example = join(PROJECT, 'dist', EXAMPLE.replace(/\.ts$/, '.js'));
    const ended = run(process.execPath, [example, file], { cwd: stack.folder, env: stack.env });
    const job = await Promise.race([
      waitFor(onlyJob, { what: 'the job is at the sandbox' }),
      ended.then(tooSoon),
    ]);
    await stack.admin.act(job, 1, 'sign');
    await stack.admin.act(job, 2, 'sign');
    const { stdout } = await ended;
    assert.match(stdout, /^SIGNED, archived in \d{9}\/\d{4}-\d\d\/\d+-agreement-2041\n/);
    assert.doesNotMatch(stdout, /14838500073/);
    assert.equal(stdout.match(/: SIGNED$/gm)?.length, 2);
  });

  async function onlyJob(): Promise<string | undefined> {
    const [job] = await stack.admin.jobs();
    return job?.signatureJobId;
  }

  function tooSoon({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): never {
    throw new Error(`The example ended before a signer had signed: ${stdout}${stderr}`);
  }
});

async function onePage(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage().drawText('Agreement on garage maintenance');
  return document.save();
}
