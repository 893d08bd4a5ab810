import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage, type LedgerEntry } from '@signering/storage';
import { archiveFoldersOf } from '../../end-to-end/archive-evidence.js';
import { directJob, visit } from '../../end-to-end/direct-jobs.js';
import { portalJob } from '../../end-to-end/portal-jobs.js';
import { evidenceOf, finalConfirmationOf } from '../../end-to-end/sandbox-evidence.js';
import {
  runSignering,
  startTestStack,
  waitFor,
  type CommandResult,
  type TestStack,
} from '../../fixtures/index.js';

/** Longer than a signer's copy waits for a mailbox, and than a completed job keeps its documents for sure. */
const EIGHT_DAYS = 8 * 86_400;
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u;

describe('the commands of an operator on a stack', () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  const ids: Record<string, string> = {};

  before(async () => {
    // Slow machines run these tests, too.
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    worker = await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    for (const reference of ['signed', 'damaged', 'rejected', 'late', 'open']) {
      await client.startPortalJob(await portalJob(reference, [1, 1]));
    }
    const { redirects } = await client.startDirectJob(await directJob('direct'));
    for (const reference of ['signed', 'damaged', 'rejected', 'late', 'open', 'direct']) {
      ids[reference] = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
        what: `${reference} is created`,
        explain: () => worker.logged().slice(-4000),
      });
    }
    const { token } = await visit(redirects[0]!.redirectUrl, 'sign');
    await client.signerReturned('direct', { statusQueryToken: token, proved: true });
    for (const reference of ['signed', 'damaged']) await sign(reference);
    await stack.admin.act(ids['rejected']!, 1, 'reject');
    for (const reference of ['signed', 'damaged', 'rejected', 'direct']) await confirmed(reference);
  });

  after(async () => {
    await client.close();
    await stack.stop();
  });

  async function sign(reference: string): Promise<void> {
    for (const signer of [1, 2]) await stack.admin.act(ids[reference]!, signer, 'sign');
  }

  async function confirmed(reference: string): Promise<void> {
    await client.waitForResult(reference, { signal: AbortSignal.timeout(500_000) });
    await finalConfirmationOf(stack.admin, ids[reference]!);
  }

  async function entryOf(reference: string): Promise<LedgerEntry | undefined> {
    const { organizationNumber } = loadClientSettings(stack.env);
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    return ledger.find({ organizationNumber, reference });
  }

  /** One plain sentence on standard error, nothing on standard output, and the exit code. */
  async function refused(exitCode: number, message: RegExp, ...args: readonly string[]): Promise<void> {
    assertRefused(await stack.signering(...args), exitCode, message);
  }

  function assertRefused(
    { exitCode: ended, stdout, stderr }: CommandResult,
    exitCode: number,
    message: RegExp,
  ) {
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, stderr.includes('Add --help') ? 2 : 1, stderr);
    assert.equal(ended, exitCode, stderr);
  }

  /** Runs a command that must succeed, and whose lines fit 80 columns. */
  async function done(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stack.signering(...args);
    assert.equal(exitCode, 0, stderr);
    if (!args.includes('--json')) {
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, `${line.length} columns: ${line}`);
    }
    return stdout;
  }

  describe('signering fetch', () => {
    it('writes the signed PDF, each XAdES and the receipt unchanged, readable by the owner only', async () => {
      const out = join(stack.folder, 'fetched', 'signed');
      const output = await done('fetch', 'signed', '--out', out);
      const [archived = ''] = archiveFoldersOf(stack, 'signed');
      const names = ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml', 'xades-2.xml'];
      assert.deepEqual(readdirSync(out).sort(), names);
      assert.equal(statSync(out).mode & 0o777, 0o700);
      for (const name of names) {
        assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(archived, name))), name);
        assert.equal(statSync(join(out, name)).mode & 0o777, 0o600);
        assert.match(output, new RegExp(`^  ${name} +\\d+ bytes  written\\n    sha256 [0-9a-f]{64}$`, 'mu'));
      }
    });

    it('keeps existing files, and never overwrites other content', async () => {
      const out = join(stack.folder, 'fetched', 'signed');
      rmSync(join(out, 'xades-2.xml'));
      const again = await done('fetch', 'signed', '--out', out);
      assert.match(again, /signed\.pdf +\d+ bytes {2}existed/u);
      assert.match(again, /xades-2\.xml +\d+ bytes {2}written/u);
      writeFileSync(join(out, 'signed.pdf'), 'mine');
      rmSync(join(out, 'xades-1.xml'));
      await refused(
        2,
        /signed\.pdf: is there with other content \[INVALID_REQUEST\]$/mu,
        'fetch',
        'signed',
        '--out',
        out,
      );
      assert.equal(readFileSync(join(out, 'signed.pdf'), 'utf8'), 'mine');
      assert.ok(!readdirSync(out).includes('xades-1.xml'), 'nothing was written');
    });

    it('is repeated by export with a description for an archive, which is the same each time', async () => {
      const out = join(stack.folder, 'exported', 'signed');
      const command = ['export', 'signed', '--format', 'noark5', '--out', out] as const;
      await done(...command);
      await done(...command);
      const names = [
        'metadata.json',
        'noark5.xml',
        'receipt.json',
        'signed.pdf',
        'xades-1.xml',
        'xades-2.xml',
      ];
      assert.deepEqual(readdirSync(out).sort(), names);
      const path = join(out, 'noark5.xml');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const xml = readFileSync(path, 'utf8');
      for (const name of ['signed.pdf', 'xades-1.xml', 'xades-2.xml']) {
        const digest = createHash('sha256')
          .update(readFileSync(join(out, name)))
          .digest('hex');
        assert.ok(xml.includes(`<referanseDokumentfil>${name}</referanseDokumentfil>`), name);
        assert.ok(xml.includes(`<sjekksum>${digest}</sjekksum>`), name);
      }
      assert.equal([...xml.matchAll(/<elektroniskSignatur>/gu)].length, 4, 'of the whole and of each file');
      writeFileSync(path, '<other/>');
      await refused(2, /noark5\.xml: is there with other content/u, ...command);
      await refused(2, /Nothing was signed/u, 'export', 'rejected', '--format', 'noark5');
      await refused(2, /--format/u, 'export', 'signed');
    });

    it('names archived files that are missing or damaged, and writes the others', async () => {
      const [archived = ''] = archiveFoldersOf(stack, 'damaged');
      const damaged = join(archived, 'xades-2.xml');
      chmodSync(damaged, 0o600);
      writeFileSync(damaged, '<torn');
      rmSync(join(archived, 'signed.pdf'), { force: true });
      const { exitCode, stdout } = await stack.signering('fetch', 'damaged', '--json');
      assert.equal(exitCode, 1);
      const { folder, files, missing } = JSON.parse(stdout) as {
        readonly folder: string;
        readonly files: readonly { readonly name: string }[];
        readonly missing: readonly { readonly name: string; readonly reason: string }[];
      };
      assert.equal(folder, join(stack.folder, `${ids['damaged']}-damaged`), 'the default folder');
      assert.deepEqual(files.map(({ name }) => name).sort(), [
        'metadata.json',
        'receipt.json',
        'xades-1.xml',
      ]);
      assert.deepEqual(
        missing.map(({ name }) => name),
        ['signed.pdf', 'xades-2.xml'],
      );
      assert.deepEqual(readdirSync(folder).sort(), ['metadata.json', 'receipt.json', 'xades-1.xml']);
    });

    it('reports that nothing was signed, and rejects an open or unknown job', async () => {
      assert.match(
        await done('fetch', 'rejected'),
        /rejected\nNothing was signed: the archive contains no signed documents\./u,
      );
      await refused(2, /has no outcome yet.*\[JOB_NOT_ENDED\]/u, 'fetch', 'open');
      await refused(2, /\[JOB_NOT_FOUND\]/u, 'fetch', 'nowhere');
      const closed = join(stack.folder, 'a-file');
      writeFileSync(closed, '');
      await refused(2, /cannot be (read|written) \(ENOTDIR\)/u, 'fetch', 'signed', '--out', closed);
    });
  });

  describe('signering repair', () => {
    it('rejects a decision that the job does not wait for, and options of other decisions', async () => {
      const accept = ['--by', 'kari', '--reason', 'genuine'];
      await refused(
        2,
        /in state WAITING_FOR_SIGNERS, not in ARCHIVE_BROKEN.*\[NOTHING_TO_DECIDE\]/u,
        'repair',
        'open',
        'accept',
        ...accept,
      );
      await refused(2, /not in CREATE_AMBIGUOUS.*\[NOTHING_TO_DECIDE\]/u, 'repair', 'open', 'send-again');
      await refused(2, /has ended.*\[NOTHING_TO_DECIDE\]/u, 'repair', 'signed', 'give-up');
      await refused(
        2,
        /no second job 999 that waits.*\[NOTHING_TO_DECIDE\]/u,
        ...['repair', 'open', 'fetch-again', '--duplicate', '999'],
      );
      await refused(2, /\[JOB_NOT_FOUND\]/u, 'repair', 'nowhere', 'give-up');
      await refused(2, /--by: is required.*--reason: is required/u, 'repair', 'open', 'accept');
      await refused(2, /--sha256: applies to accept/u, 'repair', 'open', 'fetch-again', '--sha256', 'ab');
      await refused(
        2,
        /Allowed choices are fetch-again, accept, send-again, give-up/u,
        'repair',
        'open',
        'retry',
      );
    });
  });

  describe('signering queue', () => {
    it('lists the queues, and shows one in plain words', async () => {
      const listed = await waitFor(
        async () => {
          const output = await done('queue');
          return output.includes('signering-workflows') && output;
        },
        { what: 'Temporal lists the poller' },
      );
      assert.match(
        listed,
        /^signering-workflows \(portal flow\)\n {2}next poll {7}(\d{4}-\d\d-\d\d \d\d:\d\d|polling now)\n {2}followed until {2}\d{4}-/mu,
      );
      const [queue] = JSON.parse(await done('queue', 'signering-workflows', '--json')) as [
        Record<string, unknown>,
      ];
      assert.equal(queue['polled'], true);
      assert.match(String(queue['followUntil']), ISO_UTC);
      assert.deepEqual([queue['undelivered'], queue['confirmForeign']], [[], []]);
    });

    it('shows a foreign change, also logged as a warning, and rejects the confirmation of any other', async () => {
      await stack.admin.call('POST', '/faults', { fault: 'foreignChange', operation: 'fetchStatusChange' });
      const shown = await waitFor(
        async () => {
          const output = await done('queue', 'signering-workflows');
          return output.includes('FOREIGN') && output;
        },
        { what: 'the foreign change is shown' },
      );
      const [, foreign = ''] = /job (\d+): FOREIGN/u.exec(shown) ?? [];
      assert.match(shown, /another application may use the\s+queue/u);
      assert.ok(
        shown.includes(`npx signering queue signering-workflows --confirm-foreign ${foreign}`),
        shown,
      );
      const warning = worker
        .logged()
        .split('\n')
        .find((line) => line.includes('foreign job'));
      assert.ok(warning?.includes(foreign) === true && warning.includes('"level":"warn"'), warning);
      await refused(
        2,
        /no foreign change of job 999999\. \[CHANGE_NOT_FOREIGN\]/u,
        ...['queue', 'signering-workflows', '--confirm-foreign', '999999'],
      );
      const confirm = ['queue', 'signering-workflows', '--confirm-foreign', foreign];
      assert.match(await done(...confirm), new RegExp(`change of job ${foreign} is confirmed when`, 'u'));
      assert.match(
        await done('queue', 'signering-workflows'),
        /is confirmed when the\s+service\s+hands it out\s+again/u,
      );
    });

    it('rejects a queue without a poller, and a confirmation without a queue', async () => {
      await refused(2, /"nowhere" has no poller.*\[QUEUE_NOT_FOUND\]/u, 'queue', 'nowhere');
      await refused(
        2,
        /--confirm-foreign requires the name of the queue/u,
        'queue',
        '--confirm-foreign',
        '1042',
      );
      await refused(2, /must be a job id/u, 'queue', 'signering-workflows', '--confirm-foreign', 'x');
    });
  });

  describe('signering delete', () => {
    const deletionsOf = async (reference: string): Promise<readonly number[]> =>
      (await evidenceOf(stack.admin, ids[reference]!)).ledger
        .filter(({ operation }) => operation === 'deleteDocuments')
        .map(({ answer }) => answer?.status ?? 0);

    it('rejects an open, unsigned or unknown job without a call to the service', async () => {
      await refused(2, /has no outcome yet.*\[JOB_NOT_ENDED\]/u, 'delete', 'open');
      await refused(
        2,
        /not all signers signed.*REJECTED.*\[DOCUMENTS_NOT_DELETABLE\]/u,
        'delete',
        'rejected',
      );
      await refused(2, /\[JOB_NOT_FOUND\]/u, 'delete', 'nowhere');
      assert.deepEqual([await deletionsOf('open'), await deletionsOf('rejected')], [[], []]);
    });

    it('refuses a job with a legal hold', async () => {
      await done('hold', 'signed', '--reason', 'Case 26-0042');
      await refused(2, /legal hold since.*Case 26-0042.*\[JOB_ON_HOLD\]/u, 'delete', 'signed');
      assert.deepEqual(await deletionsOf('signed'), []);
      await done('hold', 'signed', '--release');
    });

    it('prints why the service rejects the deletion in the first 24 hours', async () => {
      await refused(2, /answered 4\d\d.*24 hours.*\[DOCUMENTS_NOT_DELETABLE\]/u, 'delete', 'signed');
      assert.equal((await deletionsOf('signed')).length, 1);
    });

    it('deletes after 24 hours, also without a poller of the queue, and only once', async () => {
      // Its final change is fetched only when the service names the address for deleting.
      await worker.stop(20_000);
      await sign('late');
      await stack.admin.advanceClock(EIGHT_DAYS);
      const impatient = (...args: readonly string[]): Promise<CommandResult> =>
        runSignering({ args, env: { ...stack.env, SIGNERING_CLIENT_TIMEOUT: '15' }, cwd: stack.folder });
      const ordered = await impatient('delete', 'direct');
      assertRefused(ordered, 75, /no worker is running.*carried out later.*\[DOCUMENTS_NOT_DELETED_YET\]/u);
      const queue = await impatient('queue', 'signering-workflows');
      assertRefused(queue, 75, /no worker answers.*\[WORKER_UNAVAILABLE\]/u);
      worker = await stack.startWorker();

      const told = JSON.parse(await done('delete', 'signed', '--json')) as Record<string, string>;
      assert.equal(told['signatureJobId'], ids['signed']);
      assert.match(told['deletedAt'] ?? '', ISO_UTC);
      assert.deepEqual((await deletionsOf('signed')).slice(1), [204]);
      assert.equal((await entryOf('signed'))?.documentsDeletedAt, told['deletedAt']);
      assert.match(await done('delete', 'signed'), /were deleted at \d{4}-\d\d-\d\d \d\d:\d\d\./u);
      assert.equal((await deletionsOf('signed')).length, 2, 'the service is not asked again');
      assert.ok((await client.signedDocument('signed')).byteLength > 0, 'the archive keeps its copies');

      await waitFor(async () => (await entryOf('direct'))?.documentsDeletedAt !== undefined, {
        what: 'the deletion that was ordered without a worker is carried out',
        explain: () => worker.logged().slice(-4000),
      });
      await confirmed('late');
      assert.ok((await entryOf('late'))?.settled?.deleteDocumentsUrl !== undefined, 'the address is kept');
      // The answer is lost: the next attempt hears that the documents are gone.
      await stack.admin.call('POST', '/faults', {
        fault: 'reset',
        when: 'after',
        operation: 'deleteDocuments',
      });
      await done('delete', 'late');
      assert.deepEqual((await deletionsOf('late')).slice(1), [404]);
    });

    it('rejects the deletion if the archive lacks a document', async () => {
      await refused(
        2,
        /the archive does not hold signed\.pdf.*\[DOCUMENTS_NOT_DELETABLE\]/u,
        'delete',
        'damaged',
      );
      assert.deepEqual(await deletionsOf('damaged'), []);
    });
  });

  it('each command ends with one sentence and exit code 75 when Temporal is unavailable', async () => {
    const cwd = join(stack.folder, 'away');
    mkdirSync(cwd);
    const env = { ...stack.env, TEMPORAL_ADDRESS: '127.0.0.1:1', SIGNERING_CLIENT_TIMEOUT: '1' };
    for (const args of [
      ['queue'],
      ['fetch', 'signed'],
      ['repair', 'open', 'fetch-again'],
      ['delete', 'signed'],
    ]) {
      assertRefused(await runSignering({ args, env, cwd }), 75, /does not answer.*\[TEMPORAL_UNAVAILABLE\]/u);
    }
    assert.deepEqual(readdirSync(cwd), []);
  });
});
