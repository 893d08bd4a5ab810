import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, Connection, defaultPayloadConverter } from '@temporalio/client';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import {
  cancelUpdate,
  signingWorkflowId,
  type SigningDescription,
  type SigningResult,
} from '@signering/contract';
import { readDocumentPackage } from '@signering/document-package';
import { createPayloadCodec, parseKeys } from '@signering/encryption';
import { assertMoments } from '../../assert-moments.js';
import { startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

const PIN = '30859100003';

describe('the signering command on a stack', () => {
  let stack: TestStack;
  let pdf: string;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    await stack.startWorker();
    pdf = join(stack.folder, 'agreement.pdf');
    writeFileSync(pdf, await makeAgreement());
  });
  after(() => stack.stop());

  const jobIdOf = (reference: string): Promise<string> =>
    waitFor(
      async () => (await stack.admin.jobs()).find((job) => job['reference'] === reference)?.signatureJobId,
      {
        what: `${reference} is at the sandbox`,
      },
    );

  /** The arguments of the updates `cancel` in the history of a job. */
  async function cancellationsOf(reference: string): Promise<readonly unknown[]> {
    const { address, namespace } = stack.temporal;
    const connection = await Connection.connect({ address });
    try {
      const { workflow } = new Client({ connection, namespace });
      const workflowId = signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', reference);
      const { events } = await workflow.getHandle(workflowId).fetchHistory();
      const codec = createPayloadCodec(parseKeys(stack.env['SIGNERING_KEYS'] ?? ''));
      const payloads = (events ?? []).flatMap(
        ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
          const { name, args } = accepted?.acceptedRequest?.input ?? {};
          return name === cancelUpdate.name ? (args?.payloads ?? []) : [];
        },
      );
      return (await codec.decode(payloads)).map((payload) => defaultPayloadConverter.fromPayload(payload));
    } finally {
      await connection.close();
    }
  }

  it('sends, shows the pending signers live, and exits with the outcome', async () => {
    const sent = await stack.signering(
      ...['send', pdf, '--title', 'Agreement', '--reference', 'shown', '--available-for', '14d'],
      ...['--signer', `pin:${PIN},email=kari@example.com,order=1`],
      ...['--signer', 'email:ola@example.com,order=2'],
      ...['--metadata', 'caseNumber=2026/17', '--metadata', 'note=the first\nof two'],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.match(sent.stdout, /Sent under the reference shown\.\n[^]*npx signering watch shown/u);
    const jobId = await jobIdOf('shown');
    const watching = spawn(process.execPath, [SIGNERING_COMMAND, 'watch', 'shown'], {
      env: stack.env,
      cwd: stack.folder,
    });
    const [ended, outcome] = [once(watching, 'close'), text(watching.stdout)];
    let shown = '';
    watching.stderr.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    await waitFor(() => shown.includes('pending until'), {
      what: 'the command shows whom it waits for',
      explain: () => shown,
    });
    const status = await waitFor(
      async () => {
        const { stdout } = await stack.signering('status', 'shown');
        return stdout.includes('pending until') && stdout;
      },
      { what: 'the job waits for a signer' },
    );
    assert.match(status, /shown\s+\(job \d+\): waiting for signers/u);
    assert.match(status, /^ {2}Waits for signer 1 of 2 until [\d-]{10} [\d:]{5}\.$/mu);
    assert.match(status, /signer 1 {2}30\*{9} {2,}pending until \d{4}-\d\d-\d\d \d\d:\d\d/u);
    assert.match(status, /signer 2 .* not started \(group 2\)/u);
    assert.match(status, /^ {2}caseNumber: 2026\/17\n {2}note: "the first\\nof two"$/mu);
    await stack.admin.act(jobId, 1, 'sign');
    await waitFor(
      async () => {
        const { stdout } = await stack.signering('status', 'shown', '--json');
        const { metadata, waitingFor } = JSON.parse(stdout) as SigningDescription;
        assert.deepEqual(metadata, { caseNumber: '2026/17', note: 'the first\nof two' });
        return waitingFor.includes(2);
      },
      { what: 'the second group is waited for' },
    );
    await stack.admin.act(jobId, 2, 'sign');
    assert.deepEqual(await ended, [0, null], shown);
    const stdout = await outcome;
    assert.match(shown, /pending until[\s\S]*signer 1 .*SIGNED[\s\S]*signer 2 .*SIGNED/u);
    assert.match(
      stdout,
      /signed by all[\s\S]*Archived in\s+\S+\n[\s\S]*signed\.pdf +\d+ bytes\s+sha256 [0-9a-f]{64}/u,
    );
    assert.ok(!`${stdout}${shown}${status}`.includes(PIN));
  });

  it('waits for the outcome with --wait', async () => {
    const waiting = stack.signering(
      ...['send', pdf, '--title', 'Agreement', '--reference', 'waited', '--wait', '--json'],
      ...['--signer', 'mobile:+4799999999'],
    );
    await stack.admin.act(await jobIdOf('waited'), 1, 'reject');
    const { exitCode, stdout, stderr } = await waiting;
    assert.equal(exitCode, 0, stderr);
    const result = JSON.parse(stdout) as SigningResult;
    assert.equal(result.outcome, 'REJECTED');
    assert.equal(result.signers[0]?.status, 'REJECTED');
  });

  it('lists jobs by state, and cancels one', async () => {
    const sent = await stack.signering(
      ...[
        'send',
        pdf,
        '--title',
        'Agreement',
        '--reference',
        'called-off',
        '--signer',
        'email:siv@example.com',
      ],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    await jobIdOf('called-off');
    const listed = await waitFor(
      async () => {
        const { stdout } = await stack.signering('list', '--state', 'WAITING_FOR_SIGNERS', '--json');
        const jobs = stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { readonly reference: string });
        return jobs.find(({ reference }) => reference === 'called-off');
      },
      { what: 'the job is listed' },
    );
    assert.ok('deadline' in listed);
    const asText = await stack.signering('list', '--state', 'WAITING_FOR_SIGNERS');
    assert.match(
      asText.stdout,
      /^called-off +portal {2}job \d+: waiting for signers\s\(until [\d: -]{16}\)\n {2}Agreement\n {2}… signer 1 {2}s\S*@example\.com$/mu,
    );
    const cancelled = await stack.signering('cancel', 'called-off', '--reason', 'Sent twice', '--by', 'Kari');
    assert.deepEqual(
      [cancelled.exitCode, cancelled.stdout],
      [0, 'called-off is cancelled.\n'],
      cancelled.stderr,
    );
    assert.deepEqual(await cancellationsOf('called-off'), [{ reason: 'Sent twice', by: 'Kari' }]);
    const watched = await stack.signering('watch', 'called-off', '--json');
    assert.equal((JSON.parse(watched.stdout) as SigningResult).outcome, 'CANCELLED');
    const late = await stack.signering('cancel', 'called-off', '--json');
    assert.deepEqual(JSON.parse(late.stdout), { result: 'TOO_LATE' });
    await waitFor(
      async () => /^called-off +portal {2}job \d+: cancelled$/mu.test((await stack.signering('list')).stdout),
      { what: 'the job is listed as cancelled' },
    );
  });

  it('prints JSON with the reason of a failure, and every time in UTC', async () => {
    // A private sender may not have signers looked up, and without a sector only the service knows.
    const sent = await stack.signering(
      ...['send', pdf, '--title', 'Agreement', '--reference', 'refused', '--signer', `pin:${PIN}`],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    const failure = await waitFor(
      async () => {
        const { stdout } = await stack.signering('status', 'refused', '--json');
        return (JSON.parse(stdout) as { readonly failure?: Record<string, unknown> }).failure;
      },
      { what: 'the job has failed' },
    );
    assert.equal(failure['code'], 'DOCUMENT_PACKAGE_REFUSED');
    assert.match(String(failure['message']), /the service refuses the document package/u);

    const { stdout } = await stack.signering('status', 'shown', '--json');
    assert.ok(assertMoments(JSON.parse(stdout)) > 4, stdout);
  });

  it('writes the document package that would be sent, without a call to the service', async () => {
    const before = (await stack.admin.call('GET', '/ledger')) as { readonly calls: readonly unknown[] };
    const out = join(stack.folder, 'agreement.asice');
    const { exitCode, stdout, stderr } = await stack.signering(
      ...['package', pdf, '--title', 'Agreement', '--signer', `pin:${PIN},email=kari@example.com`],
      ...['--out', out, '--json'],
    );
    assert.equal(exitCode, 0, stderr);
    const { size } = JSON.parse(stdout) as { readonly size: number };
    const content = readFileSync(out);
    assert.equal(content.length, size);
    const read = await readDocumentPackage(content);
    assert.deepEqual(
      read.documents.map(({ name }) => name),
      ['agreement.pdf'],
    );
    const after = (await stack.admin.call('GET', '/ledger')) as {
      readonly calls: readonly { readonly operation?: string }[];
    };
    assert.ok(after.calls.slice(before.calls.length).every(({ operation }) => operation !== 'create'));
  });
});
