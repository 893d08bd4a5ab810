import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SigningClient } from '@signering/client';
import { visit } from '../end-to-end/direct-jobs.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { PROJECT } from './project-files.js';

const EXAMPLE = join(PROJECT, 'dist/docs/examples/two-signers.js');

describe('docs/examples/two-signers.ts', () => {
  let stack: TestStack;
  let client: SigningClient;
  let file: string;

  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    file = join(stack.folder, 'agreement.pdf');
    await writeFile(file, await onePagePdf('Agreement on a shared boat'));
  });
  after(async () => {
    await (client as SigningClient | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  /** Runs the example to its end, and has it say where the signers are sent. */
  function startExample(reference: string) {
    let said = '';
    const ended = promisify(execFile)(process.execPath, [EXAMPLE, file, reference], {
      cwd: stack.folder,
      env: stack.env,
    });
    ended.child.stdout?.on('data', (chunk: string) => (said += chunk));
    const redirectUrl = async (who: string): Promise<string> => {
      const found = waitFor(() => new RegExp(`^${who}: (.+)\n`, 'mu').exec(said)?.[1], {
        what: `the example sends the ${who} signer off`,
      });
      return await Promise.race([
        found,
        ended.then(({ stderr }) => assert.fail(`It ended: ${said}${stderr}`)),
      ]);
    };
    return { ended, redirectUrl };
  }

  it('tells that both have signed, though no browser came back', async () => {
    const { ended, redirectUrl } = startExample('boat-share-17');
    await visit(await redirectUrl('second'), 'sign');
    const { exitUrl } = await visit(await redirectUrl('first'), 'sign', '14838500073');
    assert.ok(exitUrl.startsWith('https://www.example.com/welcome-back?status_query_token='));
    const { stdout } = await ended;
    assert.match(
      stdout,
      /^SIGNED\nsigner 1: SIGNED\nsigner 2: SIGNED\nThe signed document has \d+ bytes\.$/mu,
    );
    assert.doesNotMatch(stdout, /14838500073/u);
  });

  it('tells that one has declined, which ends it for the other', async () => {
    const { ended, redirectUrl } = startExample('boat-share-18');
    await visit(await redirectUrl('second'), 'reject');
    const { stdout } = await ended;
    assert.match(stdout, /^REJECTED\nsigner 1: NOT_APPLICABLE\nsigner 2: REJECTED\n$/mu);
    await assert.rejects(client.createRedirectUrl('boat-share-18', { signer: 1 }), { code: 'JOB_ENDED' });
  });
});
