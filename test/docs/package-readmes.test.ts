import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshFolder, startTestStack, type TestStack } from '../fixtures/index.js';
import { codeBlocks } from './markdown.js';
import { linkInstalledPackages, readProjectFile } from './project-files.js';

const run = promisify(execFile);

/** The examples of the other READMEs are run by packages/installed-packages.test.ts. */
describe('The example in the README of', () => {
  let stack: TestStack;
  let folder: string;

  before(async () => {
    stack = await startTestStack();
    folder = freshFolder('readme-examples');
    linkInstalledPackages(folder);
  });
  after(() => stack.stop());

  const runExample = async (name: string): Promise<string> => {
    const examples = codeBlocks(readProjectFile(`${name}/README.md`), 'js');
    assert.equal(examples.length, 1);
    writeFileSync(join(folder, `${name}.mjs`), examples[0] ?? '');
    const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, PATH, HOME } = stack.env;
    const env = { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, PATH, HOME };
    return (await run(process.execPath, [`${name}.mjs`], { cwd: folder, env })).stdout;
  };

  it('@signering/sandbox starts a sandbox and ends it', async () => {
    assert.match(
      await runExample('sandbox'),
      /^API at https:\/\/127\.0\.0\.1:\d+\/api, with the certificate /u,
    );
  });

  it('@signering/dev-stack starts a stack, connects a client and ends the stack', async () => {
    assert.match(
      await runExample('dev-stack'),
      /^Connected; signers sign at http:\/\/127\.0\.0\.1:\d+\/pages$/mu,
    );
  });
});
