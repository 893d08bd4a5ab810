import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { SigningClient } from '@signering/client';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { runSignering, startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

const PIN = '30859100003';
const EMAIL = 'kari.first@example.com';
const TITLE = 'Test of the first signature';

interface Evidence {
  readonly [member: string]: unknown;
  readonly steps: readonly { readonly step: string; readonly from: number; readonly to?: number }[];
  readonly documents: readonly {
    readonly name: string;
    readonly archived: boolean;
    readonly check: { readonly result: string; readonly findings: readonly { readonly rule: string }[] };
    readonly skeleton: readonly string[];
  }[];
}

describe('signering first-run', function () {
  let stack: TestStack;
  let signerFile: string;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    signerFile = join(stack.folder, 'signer.txt');
    writeFileSync(signerFile, `pin:${PIN},email=${EMAIL}\n`);
  });
  after(() => stack.stop());

  const firstRun = (...args: readonly string[]) => stack.signering('first-run', ...args);
  const evidenceIn = (file: string) => JSON.parse(readFileSync(join(stack.folder, file), 'utf8')) as Evidence;
  const jobIdOf = (reference: string): Promise<string> =>
    waitFor(
      async () => (await stack.admin.jobs()).find((job) => job['reference'] === reference)?.signatureJobId,
      { what: `${reference} is at the sandbox` },
    );

  async function signed(reference: string, ...args: readonly string[]) {
    const running = firstRun('--signer-file', signerFile, '--reference', reference, ...args);
    const job = await Promise.race([jobIdOf(reference), running.then(({ stdout }) => assert.fail(stdout))]);
    await stack.admin.act(job, 1, 'sign');
    return running;
  }

  it('refuses an identity number on the command line, both or no signer, and another file as output', async () => {
    const { exitCode, stderr } = await firstRun('--signer', `pin:${PIN}`);
    assert.match(stderr, /--signer: cannot be an identity number.*use --signer-file/u);
    assert.equal(exitCode, 2);
    for (const args of [[], ['--signer', 'email:a@example.com', '--signer-file', signerFile]]) {
      const refused = await firstRun(...args);
      assert.match(refused.stderr, /--signer-file must be given, and not both/u);
      assert.equal(refused.exitCode, 2);
    }
    const other = await firstRun('--signer-file', signerFile, '--out', signerFile);
    assert.match(other.stderr, /--out: is another file, which is not overwritten/u);
    assert.match(readFileSync(signerFile, 'utf8'), /^pin:/u);
  });

  it('refuses production without --production, and says why', async () => {
    for (const url of ['production', 'https://api.signering.posten.no/api']) {
      const { exitCode, stderr } = await runSignering({
        args: ['first-run', '--signer', `email:${EMAIL}`],
        env: { ...stack.env, SIGNERING_API_URL: url },
        cwd: stack.folder,
      });
      assert.match(stderr, /is production, where a signature is legally binding and the service charges/u);
      assert.equal(exitCode, 2);
    }
  });

  it('stops at a failure with the report of doctor, here without a worker', async () => {
    const { exitCode, stdout } = await firstRun('--signer', `email:${EMAIL}`);
    assert.match(stdout, /^✘ Worker +No worker polls[^]*signering worker$/mu);
    assert.match(stdout, /1 of 17 checks failed\. No job was sent\./u);
    assert.equal(exitCode, 75);
    const json = await firstRun('--signer', `email:${EMAIL}`, '--json');
    assert.equal((JSON.parse(json.stdout) as { readonly exitCode: number }).exitCode, 75);
    assert.deepEqual(await stack.admin.jobs(), []);
  });

  it('continues after Ctrl-C, and records what came back without personal data', async () => {
    await stack.startWorker();
    const args = ['first-run', '--signer-file', signerFile];
    const child = spawn(process.execPath, [SIGNERING_COMMAND, ...args], {
      env: stack.env,
      cwd: stack.folder,
    });
    let remarks = '';
    child.stderr.on('data', (chunk: Buffer) => (remarks += chunk.toString()));
    const ended = once(child, 'close');
    await waitFor(() => remarks.includes('waiting for signers'), {
      what: 'the command shows the job',
      explain: () => remarks,
    });
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    assert.match(remarks, /The same command again continues/u);
    assert.ok(!existsSync(join(stack.folder, 'first-run-evidence.json')));

    await stack.admin.act(await jobIdOf('first-run'), 1, 'sign');
    const again = await firstRun('--signer-file', signerFile);
    assert.equal(again.exitCode, 0, again.stderr);
    assert.match(again.stderr, /already belongs to this job: nothing was sent again/u);
    assert.match(again.stdout, /^first-run: signed by all$[^]*signed\.pdf +\d+ bytes +INTACT/mu);
    assert.equal((await stack.admin.jobs()).length, 1);

    const evidence = evidenceIn('first-run-evidence.json');
    assert.equal(statSync(join(stack.folder, 'first-run-evidence.json')).mode & 0o777, 0o600);
    assert.deepEqual(
      evidence.steps.map(({ step }) => step),
      ['CREATE', 'WAIT', 'ARCHIVE', 'CONFIRM'],
    );
    for (const { from, to } of evidence.steps) assert.ok(from >= 0 && to !== undefined && to >= from);
    const names = evidence.documents.map(({ name }) => name).sort();
    assert.deepEqual(names, ['signed.pdf', 'xades-1.xml']);
    for (const { skeleton, archived } of evidence.documents) {
      assert.ok(archived);
      assert.match(skeleton.join('\n'), /xades:SignedProperties/u);
    }
    await assertImpersonal('first-run-evidence.json', 'first-run');
  });

  /** Searches the file for everything that the job, its archive and the certificate of the signer hold of persons. */
  async function assertImpersonal(file: string, reference: string): Promise<void> {
    const text = readFileSync(join(stack.folder, file), 'utf8');
    const client = await SigningClient.connect({ env: stack.env });
    try {
      const job = await client.getJob(reference);
      assert.ok(job.status === 'ENDED');
      const xades = Buffer.from(await client.signedDocument(reference, { name: 'xades-1.xml' })).toString();
      const certificates = [...xades.matchAll(/X509Certificate>([^<]+)</gu)].map(
        ([, base64 = '']) => new X509Certificate(Buffer.from(base64, 'base64')),
      );
      const subjects = certificates.flatMap(({ subject }) =>
        subject.split('\n').map((line) => line.slice(line.indexOf('=') + 1)),
      );
      const named = subjects.filter((value) => value.length > 3);
      assert.ok(named.length > 0, 'the certificates name someone');
      const masked = job.signers.map(({ maskedIdentifier }) => maskedIdentifier);
      const digests = job.archive.documents.map(({ sha256 }) => sha256);
      const ids = [
        job.signatureJobId,
        job.organizationNumber,
        job.archive.folder,
        job.startedAt.slice(0, 10),
      ];
      const secrets = [PIN, EMAIL, TITLE, `"${reference}"`, ...named, ...masked, ...digests, ...ids];
      const found = secrets.filter(
        (secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64')),
      );
      assert.deepEqual(found, []);
    } finally {
      await client.close();
    }
  }

  it('prints JSON, and records a rejection', async () => {
    const running = firstRun(
      '--signer',
      `email:${EMAIL}`,
      '--reference',
      'rejected',
      '--json',
      '--out',
      'r.json',
    );
    await stack.admin.act(await jobIdOf('rejected'), 1, 'reject');
    const { exitCode, stdout } = await running;
    assert.equal(exitCode, 11);
    const { evidence } = JSON.parse(stdout) as { readonly evidence: Evidence };
    assert.deepEqual(evidence, evidenceIn('r.json'));
    assert.equal(evidence['state'], 'REJECTED');
    assert.deepEqual(evidence.documents, []);
  });

  it('records a job that the service refuses, with the code', async () => {
    await stack.admin.call('POST', '/faults', {
      fault: 'status',
      operation: 'create',
      status: 403,
      body: 'no',
    });
    const args = ['--signer', `email:${EMAIL}`, '--reference', 'refused', '--out', 'refused.json'];
    const { exitCode, stderr } = await firstRun(...args);
    const evidence = evidenceIn('refused.json');
    assert.equal(evidence['status'], 'PROCESS_FAILED');
    const { code, httpStatus } = evidence['failure'] as {
      readonly code: string;
      readonly httpStatus?: number;
    };
    assert.equal(httpStatus, 403);
    assert.ok(stderr.includes(`[${code}]`), stderr);
    assert.equal(exitCode, 16);
  });

  it('records a broken document that waits for an operator, and then the archived one', async () => {
    const body = '<!DOCTYPE html><html><body>Kari Nordmann</body></html>';
    const fault = { fault: 'status', operation: 'pades', status: 200, body, times: 1000 };
    await stack.admin.call('POST', '/faults', fault);
    const broken = await signed('broken', '--out', 'broken.json');
    assert.equal(broken.exitCode, 3, broken.stderr);
    const [document] = evidenceIn('broken.json').documents;
    assert.equal(document?.name, 'signed.pdf');
    assert.equal(document.archived, false);
    assert.equal(document.check.result, 'BROKEN');
    assert.ok(document.check.findings.length > 0);
    assert.ok(!readFileSync(join(stack.folder, 'broken.json'), 'utf8').includes('Nordmann'));

    await stack.admin.call('DELETE', '/faults');
    await stack.signering('repair', 'broken', 'fetch-again');
    const repeated = await firstRun(
      '--signer-file',
      signerFile,
      '--reference',
      'broken',
      '--out',
      'broken.json',
    );
    assert.equal(repeated.exitCode, 0, repeated.stderr);
    await assertImpersonal('broken.json', 'broken');
  });
});
