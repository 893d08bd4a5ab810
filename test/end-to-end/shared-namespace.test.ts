import assert from 'node:assert/strict';
import { SigningClient } from '@signering/client';
import { openFileStorage } from '@signering/storage';
import { join } from 'node:path';
import { runSignering, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf } from './sandbox-evidence.js';

describe('two organisations with separate certificates in one namespace', () => {
  let stack: TestStack;
  let organizations: { readonly env: NodeJS.ProcessEnv; readonly client: SigningClient }[];

  before(async () => {
    stack = await startTestStack();
    const { publicSender } = stack.sandbox().announcement.otherCertificates;
    const storage = join(stack.folder, 'other-storage');
    await openFileStorage({ root: storage, create: true });
    const own = [
      { SIGNERING_TASK_QUEUE: 'signering/one' },
      {
        SIGNERING_TASK_QUEUE: 'signering/other',
        SIGNERING_ORGANIZATION: publicSender!.organizationNumber,
        SIGNERING_CERTIFICATE: publicSender!.file,
        SIGNERING_CERTIFICATE_PASSWORD: publicSender!.password,
        SIGNERING_STORAGE: storage,
      },
    ];
    organizations = [];
    for (const settings of own) {
      const env = { ...stack.env, ...settings };
      await stack.startWorker(settings);
      organizations.push({ env, client: await SigningClient.connect({ env }) });
    }
  });
  after(async () => {
    for (const { client } of organizations) await client.close();
    await stack.stop();
  });

  it('each get their jobs signed by their own workers, with a task queue each', async () => {
    for (const [index, { client }] of organizations.entries()) {
      const reference = `portal-${index}`;
      await client.startPortalJob(await portalJob(reference));
      const jobId = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
        what: `${reference} is created`,
      });
      await stack.admin.act(jobId, 1, 'sign');
      assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
      const { redirects } = await createdDirectJob(client, await directJob(`direct-${index}`));
      const { token } = await visit(redirects[0]!.redirectUrl, 'sign');
      await client.signerReturned(`direct-${index}`, { statusQueryToken: token, proved: true });
      assert.equal((await client.waitForResult(`direct-${index}`)).outcome, 'SIGNED');
      assert.equal((await jobIdsOf(stack.admin, reference)).length, 1);
      const listed: string[] = [];
      for await (const job of client.listAllJobs()) listed.push(job.reference);
      assert.ok(
        listed.every((one) => one.endsWith(`-${index}`)),
        listed.join(' '),
      );
    }
  });

  it('are each checked by the doctor on their own task queue', async () => {
    for (const { env } of organizations) {
      const { stdout } = await runSignering({ args: ['doctor'], env, cwd: stack.folder });
      assert.ok(stdout.includes(`one polls the task queue "${env['SIGNERING_TASK_QUEUE']}"`), stdout);
    }
    const env = { ...stack.env, SIGNERING_TASK_QUEUE: 'unused' };
    const { stdout, exitCode } = await runSignering({ args: ['doctor', '--client'], env, cwd: stack.folder });
    assert.equal(exitCode, 75);
    assert.match(stdout, /No worker polls the task queue "unused"/u);
  });
});
