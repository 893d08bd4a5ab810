// `npm run record-payloads`: plays both flows against the sandbox, without encryption, and writes what a client and a
// worker of this release send each other to test/payloads/{version}.json. Later releases have to read it, so a recording
// never changes after its release.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { DEFAULT_POLLING_QUEUE, describeQueueQuery, statusQueueWorkflowId } from '@signering/contract';
import { directJob } from '../test/end-to-end/direct-jobs.js';
import { createForeignJob } from '../test/end-to-end/foreign-job.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import {
  removeRunFolder,
  startTestStack,
  waitFor,
  withClearWorker,
  type ClearSigning,
} from '../test/fixtures/index.js';
import { doubtNextCreate, playCancelled, playDirect, playTwins } from '../test/payloads/play-jobs.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const file = join(PROJECT, 'test', 'payloads', `${version}.json`);
if (existsSync(file)) throw new Error(`${file} exists. Remove it first, unless ${version} is released.`);

const documents = [{ file: join(PROJECT, 'docs/examples/contract.pdf'), title: 'Contract' }];
const stack = await startTestStack();
const { address, namespace } = stack.temporal;
const tasks = await NativeConnection.connect({ address });
const signals = await Connection.connect({ address });
await withClearWorker({ stack, tasks, signals, namespace }, async ({ client, start, startDirect }) => {
  const cancelled = await start({ ...(await portalJob('cancelled')), documents });
  const cancel = await playCancelled(cancelled, {
    reason: 'the agreement was withdrawn',
    by: 'kari.nordmann',
  });
  await doubtNextCreate(stack.admin);
  const description = 'For the flat in the first floor.';
  const twins = await start({ ...(await portalJob('twins', [1, 2])), description, documents });
  const portal = await playTwins(twins, 'twins', stack.admin);
  const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
  const direct = await startDirect(await directJob('direct', { signers, documents }));
  const directSigning = await playDirect(direct);
  await stack.admin.act(await createForeignJob(stack), 1, 'sign');
  const queueId = statusQueueWorkflowId(
    stack.env['SIGNERING_ORGANIZATION'] ?? '',
    'PORTAL',
    DEFAULT_POLLING_QUEUE,
  );
  const describeQueue = await waitFor(
    async () => {
      const described = await client.workflow.getHandle(queueId).query(describeQueueQuery);
      return described.undelivered.some(({ reason }) => reason === 'FOREIGN') && described;
    },
    { what: 'the change of the foreign job is shown' },
  );
  const recorded = {
    portalSigning: { input: await inputOf(twins), cancel, ...portal },
    directSigning: { input: await inputOf(direct), ...directSigning },
    statusQueue: { describeQueue },
  };
  writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
});
await tasks.close();
await signals.close();
await stack.stop();
await removeRunFolder();

/** What the workflow was started with. */
async function inputOf(job: ClearSigning): Promise<unknown> {
  const { events } = await job.fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8'));
}
