import assert from 'node:assert/strict';
import { SigningClient, type JobHold } from '@signering/client';
import { portalJob } from '../../end-to-end/portal-jobs.js';
import { startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

describe('signering hold', () => {
  let stack: TestStack;
  let client: SigningClient;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    const worker = await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    await client.startPortalJob(await portalJob('open'));
    await waitFor(async () => (await client.getJob('open')).signatureJobId, {
      what: 'the job is created',
      explain: () => worker.logged().slice(-4000),
    });
  });

  after(async () => {
    await client.close();
    await stack.stop();
  });

  async function done(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stack.signering(...args);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  }

  async function refused(message: RegExp, ...args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await stack.signering(...args);
    assert.match(stderr, message);
    assert.equal(exitCode, 2);
  }

  it('places, shows, lists and releases a hold, and masks identity numbers', async () => {
    const reason = ['--reason', 'Asked by 01017000027', '--by', 'kari'];
    const placed = JSON.parse(await done('hold', 'open', ...reason, '--json')) as { readonly hold: JobHold };
    assert.deepEqual(placed.hold, { reason: 'Asked by 01*********', by: 'kari', at: placed.hold.at });
    assert.match(placed.hold.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
    await done('hold', 'open', '--reason', 'Another');
    assert.deepEqual((await client.getJob('open')).hold, placed.hold, 'the first hold stands');
    assert.match(await done('status', 'open'), /legal hold since .* by kari: Asked by 01\*+/u);
    assert.match(await done('hold'), /open: legal hold since .* by kari/u);

    assert.match(await done('hold', 'open', '--release'), /released\. It was: legal hold since/u);
    assert.equal((await client.getJob('open')).hold, undefined);
    assert.match(await done('hold'), /No job has a legal hold/u);
    assert.match(await done('hold', 'open', '--release'), /has no legal hold/u);
  });

  it('shows a reason with control characters without sending them to the terminal', async () => {
    const reason = 'a\u001B[2Jb\nc\u202E\u009B';
    const shown = String.raw`a\u001b[2Jb\u000ac\u202e\u009b`;
    const executed = /[^\P{Control}\n]|\p{Bidi_Control}/u;
    for (const args of [['hold', 'open', '--reason', reason], ['hold'], ['status', 'open']]) {
      const output = await done(...args);
      assert.doesNotMatch(output, executed, args.join(' '));
      assert.ok(output.includes(shown), output);
      const json = await done(...args, '--json');
      assert.doesNotMatch(json, executed, args.join(' '));
      const { hold, holds } = JSON.parse(json) as { hold?: JobHold; holds?: readonly JobHold[] };
      assert.equal((hold ?? holds?.[0])?.reason, reason);
    }
    assert.match(await done('hold', 'open', '--release'), /released/u);
  });

  it('rejects an unknown job and a hold without a reason', async () => {
    await refused(/\[JOB_NOT_FOUND\]/u, 'hold', 'nowhere', '--reason', 'x');
    await refused(/--reason.*required to place a hold/u, 'hold', 'open');
    await refused(/reason must be a text/u, 'hold', 'open', '--reason', ' ');
  });
});
