import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { existingTemporalExecutable } from '@signering/dev-stack/internal/processes/index.js';
import { SigningClient } from '@signering/client';
import { ExitProofs } from '@signering/client/internal/web/exit-proofs.js';
import { jsonSchemas } from '@signering/contract/schemas';
import { parseKeys } from '@signering/encryption';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { requireJudge } from '../judges.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { PROJECT, readProjectFile } from './project-files.js';

const run = promisify(execFile);
const EXAMPLES = join(PROJECT, 'docs/examples');
const SIGNER = '14838500073';

describe('docs/other-languages.md', () => {
  it('has the test vector of an exit URL proof that the code makes', () => {
    const keys = parseKeys(`any:${Buffer.alloc(32, 1).toString('base64')}`);
    const proofs = new ExitProofs({ organizationNumber: '910000007', keys });
    const proof = proofs.of({ exit: 'COMPLETED', reference: 'garage/1001/1' });
    assert.ok(readProjectFile('docs/other-languages.md').includes(`the proof is \`${proof}\``));
  });
});

describe('docs/examples/start-portal-job.sh', () => {
  let stack: TestStack;
  let client: SigningClient;
  let env: NodeJS.ProcessEnv;
  let file: string;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_ACCEPT_UNENCRYPTED: 'yes' } });
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    const temporal = await existingTemporalExecutable(process.env);
    assert.ok(temporal, 'There is no `temporal`, though a server runs.');
    env = { ...stack.env, PATH: `${dirname(temporal)}:${process.env['PATH'] ?? ''}` };
    file = join(stack.folder, 'agreement.pdf');
    await writeFile(file, await onePagePdf('Agreement on a shared boat'));
  });
  after(async () => {
    await (client as SigningClient | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  const startJob = (reference: string) =>
    run(join(EXAMPLES, 'start-portal-job.sh'), [file, reference, SIGNER], { env, cwd: stack.folder });

  async function jobIdOf(reference: string): Promise<string> {
    const jobs = async () => (await stack.admin.jobs()).find((job) => job['reference'] === reference);
    return (await waitFor(jobs, { what: `job ${reference} is at the sandbox` })).signatureJobId;
  }

  it('has a job signed, started by the temporal command alone', async () => {
    await startJob('by-command');
    await stack.admin.act(await jobIdOf('by-command'), 1, 'sign');
    const { outcome, archive } = await client.waitForResult('by-command');
    assert.equal(outcome, 'SIGNED');
    assert.deepEqual(archive.documents.map(({ name }) => name).sort(), ['signed.pdf', 'xades-1.xml']);
  });

  it('tells of it with signering status --json', async () => {
    const { stdout, exitCode } = await stack.signering('status', 'by-command', '--json');
    assert.equal(exitCode, 0);
    assert.equal((JSON.parse(stdout) as { readonly state: string }).state, 'SIGNED');
    assert.ok(!stdout.includes(SIGNER));
  });

  it('gives the same job again, also to SigningClient: the content digest is the same', async () => {
    await startJob('twice');
    await startJob('twice');
    const id = await jobIdOf('twice');
    const again = await client.startPortalJob({
      reference: 'twice',
      title: 'Agreement',
      documents: [{ file, title: 'Agreement' }],
      signers: [{ personalIdentificationNumber: SIGNER, emailAddress: 'kari@example.com' }],
    });
    assert.equal(again.existing, true);
    await stack.admin.act(id, 1, 'sign');
    assert.equal((await client.waitForResult('twice')).outcome, 'SIGNED');
    const jobs = await stack.admin.jobs();
    assert.equal(jobs.filter((job) => job['reference'] === 'twice').length, 1);
  });

  it('leaves a result that docs/examples/read_result.py decrypts', async function () {
    requireJudge(this, 'python3');
    const workflowId = `signing/${stack.env['SIGNERING_ORGANIZATION'] ?? ''}/by-command`;
    const shown = run('temporal', ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json'], {
      env,
    });
    const history = (await shown).stdout;
    assert.ok(!history.includes('signed.pdf'));
    const reading = run('python3', [join(EXAMPLES, 'read_result.py')], { env });
    reading.child.stdin?.end(history);
    const result = JSON.parse((await reading).stdout) as Record<string, unknown>;
    assert.deepEqual(result, { version: 1, ...(await client.waitForResult('by-command')) });
    const ajv = new Ajv2020();
    assert.ok(ajv.validate(jsonSchemas()['signing-result'], result), ajv.errorsText());
  });
});
