// `npm run record-payloads`: plays both flows against the sandbox, without encryption, and writes what a client and a
// worker of this release send each other, and what a worker writes to storage, to test/payloads/{version}.json. Later
// releases have to read it, so a recording never changes after its release.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

type Parts = Readonly<Record<string, unknown>>;

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
  const metadata = { caseNumber: '2026/17' };
  const twins = await start({ ...(await portalJob('twins', [1, 2])), description, documents, metadata });
  const portal = await playTwins(twins, 'twins', stack.admin);
  const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
  const direct = await startDirect(await directJob('direct', { signers, documents, metadata }));
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
    stored: Object.fromEntries(['twins', 'cancelled', 'direct'].map((name) => [name, storedFilesOf(name)])),
  };
  writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
});
await tasks.close();
await signals.close();
await stack.stop();
await removeRunFolder();

/** The newest ledger entry of a job, its receipts and its metadata, by their paths in the storage folder. */
function storedFilesOf(reference: string): Readonly<Record<string, Parts>> {
  const files = readdirSync(stack.storageFolder, { recursive: true, encoding: 'utf8' }).sort();
  const read = (path: string): readonly [string, Parts] => [
    path,
    JSON.parse(readFileSync(join(stack.storageFolder, path), 'utf8')) as Parts,
  ];
  const revisions = files
    .filter((path) => /^ledger\/.*\d\.json$/u.test(path))
    .map(read)
    .filter(([, entry]) => entry['reference'] === reference)
    .sort(([, one], [, other]) => Number(one['revision']) - Number(other['revision']));
  const archived = files.filter(
    (path) => path.includes(`-${reference}/`) && /^archive\/.*\/(?:receipt|metadata)\.json$/u.test(path),
  );
  return Object.fromEntries([...revisions.slice(-1), ...archived.map(read)]);
}

/** What the workflow was started with. */
async function inputOf(job: ClearSigning): Promise<unknown> {
  const { events } = await job.fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8'));
}
