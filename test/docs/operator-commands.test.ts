import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { Client, Connection, type WorkflowClient } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import {
  DEFAULT_POLLING_QUEUE,
  describeQueueQuery,
  signingWorkflowId,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type SigningState,
} from '@signering/contract';
import { encryptionKeyIdOf, formatKeys, parseKeys } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage, type LedgerEntry, type Receipt } from '@signering/storage';
import { startOidcCodecServer } from '../codec-server/oidc-codec-server.js';
import { archiveFoldersOf, assertSettledOnce } from '../end-to-end/archive-evidence.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import {
  evidenceOf,
  finalConfirmationOf,
  jobIdsOf,
  RE_DELIVERY_SECONDS,
} from '../end-to-end/sandbox-evidence.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { COMMANDS, NOT_FOLLOWED, operatorCommands } from './operator-page.js';
import { operatorShell, type OperatorShell } from './operator-shell.js';

/** Longer than a signer's copy waits for a mailbox, in seconds. */
const EIGHT_DAYS = 8 * 86_400;

const SETTINGS = {
  // Slow machines run these tests, too.
  SIGNERING_CLIENT_TIMEOUT: '60',
  SIGNERING_AMBIGUOUS_CREATE: 'ask',
  SIGNERING_LEDGER_WALK_SECONDS: '1',
  SIGNERING_ACCEPT_UNENCRYPTED: 'yes',
};

describe('the commands of docs/operating.md, followed on a running stack', function () {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let workflows: WorkflowClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  let operator: OperatorShell;
  let organizationNumber: string;

  before(async () => {
    stack = await startTestStack({ settings: SETTINGS });
    [worker, connection, operator] = await Promise.all([
      stack.startWorker(),
      Connection.connect({ address: stack.temporal.address }),
      operatorShell(stack),
    ]);
    client = await SigningClient.connect({ env: stack.env });
    workflows = workflowsOf(stack, connection);
    ({ organizationNumber } = loadClientSettings(stack.env));
  });

  after(async () => {
    await connection.close();
    await client.close();
    await stack.stop();
  });

  const idOf = (reference: string) => signingWorkflowId(organizationNumber, reference);
  const queueId = () => statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
  const undelivered = async () =>
    (await workflows.getHandle(queueId()).query(describeQueueQuery)).undelivered;

  function waitForState(reference: string, state: SigningState): Promise<boolean> {
    return waitFor(async () => (await client.getJob(reference)).state === state, {
      what: `${reference} is ${state}`,
      explain: () => worker.logged().slice(-4000),
    });
  }

  async function createdJob(reference: string): Promise<string> {
    await client.startPortalJob(await portalJob(reference));
    return waitForJobId(reference);
  }

  function waitForJobId(reference: string): Promise<string> {
    return waitFor(async () => (await client.getJob(reference)).signatureJobId, {
      what: `${reference} is created`,
    });
  }

  async function createInDoubt(reference: string, fault: object): Promise<void> {
    await stack.admin.call('POST', '/faults', { operation: 'create', ...fault });
    await client.startPortalJob(await portalJob(reference));
    await waitForState(reference, 'CREATE_AMBIGUOUS');
  }

  async function ledgerEntryOf(reference: string): Promise<LedgerEntry | undefined> {
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    return ledger.find({ organizationNumber, reference });
  }

  async function outcomeOf(reference: string): Promise<string> {
    return (await client.waitForResult(reference, { signal: AbortSignal.timeout(500_000) })).outcome;
  }

  /** Runs a command until its output shows what Temporal's visibility store learns a moment later. */
  async function runUntil(
    command: string,
    values: Parameters<OperatorShell['run']>[1],
    shows: (output: string) => boolean,
  ): Promise<void> {
    let last = '';
    await waitFor(
      async () => {
        last = await operator.run(command, values);
        return shows(last);
      },
      { what: `the command shows the workflows: ${command}`, explain: () => last },
    );
  }

  it('every command has a scenario, or a reason why none is possible', () => {
    const known = new Set<string>(Object.values(COMMANDS));
    const left = operatorCommands().filter(
      (command) =>
        !known.has(command) && !Object.keys(NOT_FOLLOWED).some((beginning) => command.startsWith(beginning)),
    );
    assert.deepEqual(left, []);
  });

  it('reads the settings of the stack into the shell', async () => {
    const output = await operator.run(`${COMMANDS.settings}\nenv`);
    for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'SIGNERING_STORAGE']) {
      assert.ok(output.split('\n').includes(`${name}=${stack.env[name]}`), `${name} is exported`);
    }
  });

  describe('a create in doubt', () => {
    it('is sent again by SEND_AGAIN', async () => {
      await createInDoubt('send-again', { fault: 'reset', when: 'after' });
      assert.match(
        await operator.run(COMMANDS.status, { reference: 'send-again' }),
        /repair REF send-again/u,
      );
      await operator.run(COMMANDS.sendAgain, { reference: 'send-again' });
      await waitForJobId('send-again');
      const [decided] = (await client.getJob('send-again')).decisions ?? [];
      assert.deepEqual([decided?.decision, decided?.by], ['SEND_AGAIN', userInfo().username]);
      assert.equal((await jobIdsOf(stack.admin, 'send-again')).length, 2);
      assert.equal((await ledgerEntryOf('send-again'))?.attempts.length, 2);
    });

    it('is given up by GIVE_UP, and then listed as failed', async () => {
      await createInDoubt('give-up', { fault: 'reset', when: 'after' });
      await operator.run(COMMANDS.giveUp, { reference: 'give-up' });
      await assert.rejects(outcomeOf('give-up'), { code: 'CREATE_ABANDONED' });
      assert.equal((await jobIdsOf(stack.admin, 'give-up')).length, 1);
      await startUnencrypted('in-clear');
      await runUntil(
        COMMANDS.failedAndUnencrypted,
        {},
        (output) => output.includes(idOf('give-up')) && output.includes(idOf('in-clear')),
      );
      const first = JSON.parse(await operator.run(COMMANDS.firstFailed)) as object;
      assert.ok('status' in first && first.status === 'PROCESS_FAILED');
    });

    it('is stopped for good by a cancellation in Temporal', async () => {
      await createInDoubt('stopped', { fault: 'status', status: 500 });
      await operator.run(COMMANDS.stop, { reference: 'stopped' });
      await waitFor(async () => (await ledgerEntryOf('stopped'))?.abandoned !== undefined, {
        what: 'the ledger notes that the job is abandoned',
        explain: () => worker.logged().slice(-4000),
      });
      const statusName = async () => (await workflows.getHandle(idOf('stopped')).describe()).status.name;
      await waitFor(async () => (await statusName()) !== 'RUNNING', { what: 'the workflow ends' });
      assert.equal(await statusName(), 'CANCELLED');
      assert.equal((await jobIdsOf(stack.admin, 'stopped')).length, 0);
    });
  });

  /** As a system in another language does, with an input that fails validation: nothing is sent. */
  async function startUnencrypted(reference: string): Promise<void> {
    const plain = new Client({ connection, namespace: stack.temporal.namespace }).workflow;
    await plain.start(WORKFLOW_TYPES.portalSigning, {
      workflowId: idOf(reference),
      taskQueue: TASK_QUEUE,
      args: [{ version: 1, organizationNumber, reference, contentDigest: 'a'.repeat(64), job: {} }],
    });
  }

  describe('jobs that are open', () => {
    const junk = ['accepted', 'fetched-again'] as const;
    const ids: Record<string, string> = {};

    before(async () => {
      for (const reference of ['open', 'cancelled', ...junk]) {
        ids[reference] = await createdJob(reference);
      }
      const body = '<!DOCTYPE html><html><body>The service is being upgraded</body></html>';
      for (const operation of ['xades', 'pades']) {
        await stack.admin.call('POST', '/faults', {
          fault: 'status',
          operation,
          status: 200,
          body,
          times: 1000,
        });
      }
      // The documents of both are fetched several times while the next tests run.
      for (const reference of junk) await stack.admin.act(ids[reference]!, 1, 'sign');
    });

    after(() => stack.admin.call('DELETE', '/faults'));

    it('are listed with what they wait for', async () => {
      const date = new Date(Date.now() + 365 * 86_400_000).toISOString();
      await runUntil(COMMANDS.lists, { date }, (output) => {
        const lines = output.split('\n').filter((line) => line.includes(idOf('open')));
        return lines.length === 2;
      });
      assert.match(await operator.run(COMMANDS.listed), /^open\b/mu);
    });

    it('are described, with the queue that they wait for', async () => {
      const output = await operator.run(COMMANDS.ask, { reference: 'open' });
      assert.match(output, /^open\b[\s\S]*waiting for signers/mu);
      assert.equal([...output.matchAll(/^signering-workflows \(portal flow\)$/gmu)].length, 2);
      assert.match(output, /not delivered +nothing/u);
      const told = await operator.run(COMMANDS.statusJson, { reference: 'open' });
      assert.match(told, /"state":"WAITING_FOR_SIGNERS"/u);
    });

    it('are shown decrypted by a codec server', async () => {
      const server = await startOidcCodecServer({
        SIGNERING_KEYS: stack.env['SIGNERING_KEYS'],
        SIGNERING_CODEC_AUDIT_LOG: join(stack.folder, 'codec-audit.log'),
      });
      try {
        const codecServer = { url: server.url, token: await server.token({ roles: ['signering-masked'] }) };
        const shown = await operator.run(COMMANDS.decoded, { reference: 'open', codecServer });
        assert.match(shown, /"WAITING_FOR_SIGNERS"/u);
      } finally {
        await server.close();
      }
    });

    it('pass the doctor, with and without the worker’s settings', async () => {
      for (const command of [COMMANDS.doctor, COMMANDS.doctorClient]) {
        const output = await operator.run(command);
        assert.doesNotMatch(output, /✘|FAILED/u);
        assert.match(output, /Worker/u);
      }
    });

    it('are cancelled', async () => {
      await operator.run(COMMANDS.cancel, { reference: 'cancelled' });
      assert.equal(await outcomeOf('cancelled'), 'CANCELLED');
      await finalConfirmationOf(stack.admin, ids['cancelled']!);
      assert.equal((await ledgerEntryOf('cancelled'))?.settled?.outcome, 'CANCELLED');
    });

    it('are archived with broken documents after they are accepted', async () => {
      await waitForState('accepted', 'ARCHIVE_BROKEN');
      await runUntil(COMMANDS.views, {}, (output) => {
        const listed = /^accepted +portal +.*broken/mu.test(output);
        return listed && output.split('\n').some((line) => line.startsWith('{"reference":"accepted"'));
      });
      await operator.run(COMMANDS.accept, { reference: 'accepted' });
      assert.equal(await outcomeOf('accepted'), 'SIGNED');
      await finalConfirmationOf(stack.admin, ids['accepted']!);
      const [folder = ''] = archiveFoldersOf(stack, 'accepted');
      const receipt = readFileSync(join(folder, 'receipt.json'), 'utf8');
      const [, by = '', reason = ''] = /--by (\S+) --reason '([^']+)'/u.exec(COMMANDS.accept) ?? [];
      for (const text of [by, reason])
        assert.ok(receipt.includes(JSON.stringify(text)), `${text} is recorded`);
    });

    it('are archived with genuine documents after these are fetched again', async () => {
      await waitForState('fetched-again', 'ARCHIVE_BROKEN');
      await stack.admin.call('DELETE', '/faults');
      await operator.run(COMMANDS.fetchAgain, { reference: 'fetched-again' });
      assert.equal(await outcomeOf('fetched-again'), 'SIGNED');
      await assertSettledOnce(stack, 'fetched-again');
      const [folder = ''] = archiveFoldersOf(stack, 'fetched-again');
      const { decisions } = JSON.parse(readFileSync(join(folder, 'receipt.json'), 'utf8')) as Receipt;
      assert.deepEqual(
        decisions?.map(({ decision, by }) => [decision, by]),
        [['FETCH_AGAIN', userInfo().username]],
      );
      assert.match(await operator.run(COMMANDS.exitStatus, { reference: 'fetched-again' }), /SIGNED|signed/u);
    });

    it('are fetched from the archive, and deleted at the service', async () => {
      const reference = 'fetched-again';
      await operator.run(COMMANDS.fetch, { reference });
      const names = ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml'];
      for (const folder of [`${ids[reference]}-${reference}`, join('signed', reference)]) {
        assert.deepEqual(readdirSync(join(operator.folder, folder)).sort(), names);
      }
      await operator.run(COMMANDS.export, { reference });
      const handedOver = readdirSync(join(operator.folder, 'handed-over', reference));
      assert.deepEqual(handedOver.sort(), [...names, 'noark5.xml'].sort());
      await stack.admin.advanceClock(EIGHT_DAYS);
      assert.match(await operator.run(COMMANDS.delete, { reference }), /were deleted at/u);
      assert.ok((await ledgerEntryOf(reference))?.documentsDeletedAt !== undefined);
      // Nothing is lost, so that nothing is done, and no job counts as one in doubt.
      assert.match(await operator.run(COMMANDS.recover), /^open: open already$/mu);
    });

    it('are delivered after a damaged ledger entry, found by the commands, is restored from a backup', async () => {
      const reference = 'open';
      const signatureJobId = ids[reference]!;
      const output = await operator.run(COMMANDS.findLedgerEntry, { reference, signatureJobId });
      assert.ok(output.includes(idOf(reference)), output);
      const digest = /^([0-9a-f]{64})\b/mu.exec(output)?.[1] ?? '';
      const folder = join(stack.storageFolder, 'ledger', organizationNumber, 'references', digest);
      const newest = readdirSync(folder)
        .filter((name) => /^\d+\.json$/u.test(name))
        .sort((one, other) => Number.parseInt(other, 10) - Number.parseInt(one, 10))[0]!;
      const [file, backup] = [join(folder, newest), join(stack.folder, basename(newest))];
      copyFileSync(file, backup);
      rmSync(file);
      writeFileSync(file, '{"torn');
      await stack.admin.act(signatureJobId, 1, 'sign');
      await waitFor(
        async () =>
          (await undelivered()).some(
            (one) => one.signatureJobId === signatureJobId && one.code === 'STORED_CONTENT_DAMAGED',
          ),
        { what: 'the change is shown as undelivered' },
      );
      rmSync(file);
      copyFileSync(backup, file);
      await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
      assert.equal(await outcomeOf(reference), 'SIGNED');
      await assertSettledOnce(stack, reference);
    });
  });

  describe('a change of a foreign job', () => {
    it('is confirmed', async () => {
      await createdJob('keeps-the-queue-polled');
      await stack.admin.call('POST', '/faults', { fault: 'foreignChange', operation: 'fetchStatusChange' });
      const foreign = await waitFor(
        async () => (await undelivered()).find(({ reason }) => reason === 'FOREIGN')?.signatureJobId,
        { what: 'the foreign change is shown' },
      );
      const before = await evidenceOf(stack.admin, foreign);
      assert.ok(before.confirmedVersion < before.latestVersion);
      await operator.run(COMMANDS.confirmForeign, { signatureJobId: foreign });
      await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
      await finalConfirmationOf(stack.admin, foreign);
    });
  });

  // The last: the clients of the other tests do not have the key.
  describe('a new key', () => {
    it('is added and then put first, while a job that was started before goes on', async () => {
      const id = await createdJob('before-the-new-key');
      assert.match(
        await operator.run(COMMANDS.listKeys),
        /encrypts and decrypts; workers have\s+used it on this storage/u,
      );
      await operator.run(COMMANDS.newKey);
      const file = join(operator.folder, /--file (\S+)$/u.exec(COMMANDS.newKey)?.[1] ?? '');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const [key] = parseKeys(readFileSync(file, 'utf8').trim());
      const old = stack.env['SIGNERING_KEYS'] ?? '';
      const added = formatKeys([key]);
      for (const keys of [`${old},${added}`, `${added},${old}`]) {
        await worker.stop(20_000);
        worker = await stack.startWorker({ SIGNERING_KEYS: keys });
      }
      const newer = await SigningClient.connect({ env: { ...stack.env, SIGNERING_KEYS: `${added},${old}` } });
      try {
        await newer.startPortalJob(await portalJob('after-the-new-key'));
        const { events } = await workflows.getHandle(idOf('after-the-new-key')).fetchHistory();
        const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
        assert.ok(input !== undefined);
        assert.equal(encryptionKeyIdOf(input), key.id);
        await stack.admin.act(id, 1, 'sign');
        assert.equal(
          (await newer.waitForResult('before-the-new-key', { signal: AbortSignal.timeout(500_000) })).outcome,
          'SIGNED',
        );
      } finally {
        await newer.close();
      }
    });
  });
});
