import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createExitUrlHandler, SigningClient } from '@signering/client';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { directJob } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { goTo, startWebSite } from './web/web-site.js';

const BASE_URL = 'https://sender.example/signing';
const DOES_NOT_ANSWER = { code: 'TEMPORAL_UNAVAILABLE', retryable: true, message: /does not answer/u };

describe('a connected client while Temporal is away', () => {
  let stack: TestStack;
  let client: SigningClient;

  before(async () => {
    stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_CLIENT_TIMEOUT: '3' } });
    await stack.startWorker();
    // Enough for a busy machine while Temporal is there.
    client = await SigningClient.connect({ env: stack.env, callTimeoutMs: 20_000 });
    await client.startPortalJob(await portalJob('archived'));
    await client.startPortalJob(await portalJob('open'));
    const atSite = await directJob('at-site');
    await waitFor(() => client.startDirectJob(atSite), {
      what: 'the direct job is created',
    });
    await stack.admin.act(await jobIdOf('archived'), 1, 'sign');
    assert.equal((await client.waitForResult('archived')).outcome, 'SIGNED');
    await client.close();
    client = await SigningClient.connect({ env: stack.env });
  });

  after(async () => {
    send('SIGCONT');
    await client.close();
    await stack.stop();
  });

  function send(signal: NodeJS.Signals): void {
    try {
      process.kill(stack.temporal.pid, signal);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
    }
  }

  async function jobIdOf(reference: string): Promise<string> {
    return waitFor(async () => (await jobIdsOf(stack.admin, reference))[0], {
      what: `${reference} is at the sandbox`,
    });
  }

  async function statusOfReturn(): Promise<number> {
    const site = await startWebSite();
    try {
      const takeBack = createExitUrlHandler({
        client,
        baseUrl: BASE_URL,
        onReturned: ({ response }) => void response.end(),
      });
      site.answerWith((request, response) => void takeBack(request, response));
      const { completionUrl } = client.makeExitUrls({ reference: 'at-site', baseUrl: BASE_URL });
      const { pathname, search } = new URL(completionUrl);
      return (await goTo(`${site.origin}${pathname}${search}&status_query_token=any`)).status;
    } finally {
      await site.close();
    }
  }

  /** The suite's timeout is the only bound on time: every call has to end, and with what is said here. */
  async function answersWithoutTemporal(): Promise<void> {
    const archived = await client.getJob('archived');
    assert.ok(archived.status === 'ENDED');
    assert.equal(archived.outcome, 'SIGNED');
    assert.ok(archived.archive.documents.length >= 2);
    assert.equal((await client.waitForResult('archived')).outcome, 'SIGNED');
    assert.ok((await client.signedDocument('archived')).byteLength > 0);
    await assert.rejects(client.getJob('open'), DOES_NOT_ANSWER);
    await assert.rejects(client.cancelJob('open', { reason: 'a mistake' }), DOES_NOT_ANSWER);
    await assert.rejects(client.listJobs(), DOES_NOT_ANSWER);
    await assert.rejects(client.startPortalJob(await portalJob('new')), DOES_NOT_ANSWER);
    await assert.rejects(client.createRedirectUrl('at-site', { signer: 1 }), DOES_NOT_ANSWER);
    await assert.rejects(client.waitForResult('open'), DOES_NOT_ANSWER);
    assert.equal(await statusOfReturn(), 503);
  }

  it('returns what the archive holds and ends every other call while Temporal does not respond', async () => {
    send('SIGSTOP');
    try {
      await answersWithoutTemporal();
    } finally {
      send('SIGCONT');
    }
    await waitFor(async () => (await client.getJob('open')).state === 'WAITING_FOR_SIGNERS', {
      what: 'the same client goes on when Temporal is back',
    });
  });

  it('continues to be watched: the outage is printed once, and no line twice', async () => {
    const watching = spawn(process.execPath, [SIGNERING_COMMAND, 'watch', 'open'], {
      // Longer than a slow worker takes to answer after the outage.
      env: { ...stack.env, SIGNERING_CLIENT_TIMEOUT: '15' },
      cwd: stack.folder,
    });
    let told = '';
    watching.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => watching.once('close', resolve));
    const isTold = (text: string) => waitFor(() => told.includes(text), { what: text, explain: () => told });
    try {
      await isTold('pending until');
      send('SIGSTOP');
      await isTold('does not answer');
      send('SIGCONT');
      await stack.admin.act(await jobIdOf('open'), 1, 'sign');
      assert.equal(await ended, 0, told);
    } finally {
      send('SIGCONT');
      watching.kill('SIGKILL');
    }
    const lines = told
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\d\d:\d\d:\d\d /u, ''));
    const outage = lines.findIndex((line) => line.includes('does not answer'));
    const next = lines.findIndex((line, index) => index > outage && !line.startsWith('!'));
    assert.ok(outage > 0 && next > outage, told);
    const untilThen = lines.slice(0, next + 1);
    assert.deepEqual(untilThen, [...new Set(untilThen)]);
    const described = lines.filter((line) => !line.startsWith('!'));
    assert.deepEqual(described, [...new Set(described)]);
    assert.match(told, /does not answer[\s\S]*signed by all/u);
  });

  it('answers from the archive what it can and ends every other call, once Temporal was killed', async () => {
    await client.startPortalJob(await portalJob('left-open'));
    send('SIGKILL');
    const { state } = await client.getJob('open');
    assert.equal(state, 'SIGNED');
    await assert.rejects(client.getJob('left-open'), DOES_NOT_ANSWER);
    await assert.rejects(client.waitForResult('left-open'), DOES_NOT_ANSWER);
    await assert.rejects(client.createRedirectUrl('at-site', { signer: 1 }), DOES_NOT_ANSWER);
    assert.equal(await statusOfReturn(), 503);
    // A call that is under way does not outlive the connection.
    const given = assert.rejects(client.getJob('left-open'));
    await client.close();
    await given;
  });
});
