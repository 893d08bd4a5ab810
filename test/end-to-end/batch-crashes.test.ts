import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { batchWorkflowId, describeBatchQuery } from '@signering/contract';
import {
  recordFileOf,
  SIGNERING_COMMAND,
  startOwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { requireS3Server, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { KILL_COUNT, type KillCount } from './kill-at-count.js';
import { onePagePdf } from './portal-jobs.js';
import { workflowsOf } from './stack-workflows.js';

const ROWS = 40;
/** Events, so few that the workflow of the batch goes on in new runs after each few looks at its rows. */
const LONGEST_HISTORY = 8;

describe('a batch on storage in S3, with two workers', function () {
  let stack: TestStack;
  let client: SigningClient;
  const stops: (() => Promise<void>)[] = [];

  before(async function () {
    const s3Server = await requireS3Server(this);
    stack = await startTestStack({
      s3Server,
      ownTemporal: true,
      longestHistory: LONGEST_HISTORY,
      settings: {
        SIGNERING_API_PROCESSES: '2',
        SIGNERING_AMBIGUOUS_CREATE: 'ask',
        SIGNERING_LEDGER_WALK_SECONDS: '5',
      },
    });
    stops.unshift(() => stack.stop());
    client = await SigningClient.connect({ env: stack.env });
    stops.unshift(() => client.close());
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  const sent = async () => (await stack.admin.jobs()).map((job) => String(job['reference'])).sort();
  const sentAtLeast = (count: number) =>
    waitFor(async () => (await sent()).length >= count, {
      what: `${count} rows are sent`,
    });

  it('sends each row exactly once although client, worker and Temporal are killed, and its workflow is lost and goes on in new runs', async () => {
    const references = Array.from({ length: ROWS }, (_, index) => `row-${100 + index}`);
    const at = (name: string) => join(stack.folder, name);
    await writeFile(at('lease.pdf'), await onePagePdf('Lease'));
    await writeFile(
      at('leases.csv'),
      `reference;email\r\n${references.map((reference) => `${reference};kari@example.com`).join('\r\n')}\r\n`,
    );
    const template = {
      title: 'Lease',
      documents: [{ file: 'lease.pdf' }],
      signers: [{ emailAddress: '{{email}}' }],
    };
    await writeFile(at('lease.json'), JSON.stringify(template));
    const args = ['batch', 'send', at('leases.csv'), '--template', at('lease.json'), '--reference', 'leases'];

    const worker = await stack.startWorker();
    await stack.startWorker();
    const command = startOwnedProcess({
      command: process.execPath,
      args: [SIGNERING_COMMAND, ...args],
      env: {
        ...stack.env,
        [KILL_COUNT]: JSON.stringify({ counted: 'CLAIM_IN_S3', number: 5 } satisfies KillCount),
        NODE_OPTIONS: `--import=${new URL('./kill-at-count.js', import.meta.url).href}`,
      },
      logFile: at('send.log'),
      recordFile: recordFileOf(stack.folder, 'send'),
    });
    assert.equal(await command.ended, 'signal SIGKILL');
    const claims = countOf(join(stack.storageFolder, 'ledger'), /references/u);
    assert.ok(claims > 0 && claims < ROWS, `killed in the middle, with ${claims} claims`);
    assert.deepEqual(await sent(), [], 'a broken hand-over sends nothing');
    const repeated = await stack.signering(...args);
    assert.equal(repeated.exitCode, 0, repeated.stderr);

    await sentAtLeast(5);
    await stack.killTemporal();
    await stack.restartTemporal();
    await sentAtLeast(12);
    await worker.kill9();
    await sentAtLeast(16);
    const connection = await Connection.connect({ address: stack.temporal.address });
    stops.unshift(() => connection.close());
    const organization = stack.env['SIGNERING_ORGANIZATION'] ?? '';
    const workflows = workflowsOf(stack, connection);
    const workflowId = batchWorkflowId(organization, 'leases');
    await workflows.getHandle(workflowId).terminate('lost');
    await waitFor(async () => (await client.batches.get('leases')).counts.UNSENT === 0, {
      what: 'all rows are sent',
    });
    // A call that a kill cut off may have made a job: only a person may send that row again.
    const arrived = await sent();
    for (const lost of references.filter((reference) => !arrived.includes(reference))) {
      await client.answerAmbiguousCreate(lost, 'SEND_AGAIN');
    }
    await sentAtLeast(ROWS);
    // Later looks at the rows, of which new runs have the position of earlier ones.
    const runs = (status: string) =>
      workflows.count(`WorkflowId="${workflowId}" AND ExecutionStatus="${status}"`);
    await waitFor(async () => (await runs('ContinuedAsNew')).count > 1, { what: 'the batch has new runs' });
    assert.equal((await runs('Terminated')).count, 1);
    const handled = async () => (await workflows.getHandle(workflowId).query(describeBatchQuery)).handled;
    await waitFor(async () => (await handled()) === ROWS, { what: 'all rows are handled' });
    assert.deepEqual(await sent(), references);
  });
});

function countOf(folder: string, path: RegExp): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => path.test(name) && name.endsWith('.json')).length;
}
