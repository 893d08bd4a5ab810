import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  SIGNING_NEEDS_OPERATOR,
  describeQuery,
  fetchAgainUpdate,
  signingWorkflowId,
} from '@signering/contract';
import { assertSettledOnce, archiveFoldersOf } from '../end-to-end/archive-evidence.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { evidenceOf } from '../end-to-end/sandbox-evidence.js';
import {
  addSearchAttributes,
  hold,
  releaseHolds,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  waitUntilHolding,
  withClearWorker,
  type TestStack,
} from '../fixtures/index.js';

/** The file in which the sandbox keeps something that it hands out. */
function fileOf(stack: TestStack, sha256: string): string {
  const state = join(stack.folder, 'sandbox');
  const path = readdirSync(state, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith(sha256),
  );
  assert.ok(path !== undefined, 'the sandbox keeps the signed PDF');
  return join(state, path);
}

describe('a signed PDF that comes back broken', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    stack = await startTestStack();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });

  after(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  it('is fetched a few times, never confirmed, and archived when an operator has it fetched again', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ client, start }) => {
      const job = await start(await portalJob('broken'));
      const handle = client.workflow.getHandle(
        signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', 'broken'),
      );
      const jobId = await waitFor(async () => (await handle.query(describeQuery)).signatureJobId, {
        what: 'the job is created',
      });
      await hold(stack.admin, 'pades', 'before');
      await stack.admin.act(jobId, 1, 'sign');
      await temporal.sleep('2 seconds');
      await waitUntilHolding(stack.admin, 'pades');
      const { pades } = await evidenceOf(stack.admin, jobId);
      const file = fileOf(stack, pades?.sha256 ?? '');
      const whole = readFileSync(file);
      const broken = Buffer.from(whole);
      // Inside what the seal covers, and still a PDF to look at.
      broken.writeUInt8(broken.readUInt8(200) ^ 1, 200);
      writeFileSync(file, broken);
      await releaseHolds(stack.admin);

      const needsOperator = await waitFor(
        async () => {
          await temporal.sleep('1 minute');
          const { state, needsOperator: told } = await handle.query(describeQuery);
          return state === 'ARCHIVE_BROKEN' ? told : undefined;
        },
        { what: 'the workflow waits for an operator' },
      );
      assert.match(needsOperator, /signed\.pdf.*fetchAgain/u);
      const { typedSearchAttributes: whileWaiting } = await handle.describe();
      assert.equal(whileWaiting.get(SIGNING_NEEDS_OPERATOR), 'ARCHIVE_BROKEN');
      const { confirmedVersion, latestVersion } = await evidenceOf(stack.admin, jobId);
      assert.ok(confirmedVersion < latestVersion, 'the final change is not confirmed');
      assert.deepEqual(
        archiveFoldersOf(stack, 'broken').flatMap((folder) => readdirSync(folder)),
        ['xades-1.xml'],
        'what is sound is archived, the broken document is not',
      );

      writeFileSync(file, whole);
      await handle.executeUpdate(fetchAgainUpdate, { args: [{ by: 'kari.nordmann' }] });
      const { outcome, decisions } = await job.result();
      assert.equal(outcome, 'SIGNED');
      assert.deepEqual(
        decisions?.map(({ decision, by }) => [decision, by]),
        [['FETCH_AGAIN', 'kari.nordmann']],
      );
      const { typedSearchAttributes: atEnd } = await handle.describe();
      // The time-skipping server keeps an attribute that was removed, without a value.
      assert.equal(atEnd.get(SIGNING_NEEDS_OPERATOR) ?? undefined, undefined, 'the decision is over');
    });
    await assertSettledOnce(stack, 'broken');
  });
});
