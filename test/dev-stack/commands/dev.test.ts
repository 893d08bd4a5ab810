import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import {
  processIdentity,
  sandboxAdmin,
  SIGNERING_COMMAND,
  withoutSettings,
} from '@signering/dev-stack/internal/processes/index.js';
import { signingWorkflowId, TASK_QUEUE, WORKFLOW_TYPES, type SigningDescription } from '@signering/contract';
import { freshFolder, openPaths, runSignering, waitFor, type CommandResult } from '../../fixtures/index.js';
import { startDev } from './running-dev.js';

/** The processes that the stack has written down as its own, by name. */
function recordedProcesses(cwd: string): ReadonlyMap<string, number> {
  const folder = join(cwd, '.signering');
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.process.json'))
      .map((name) => {
        const { pid } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number };
        return [name.replace('.process.json', ''), pid];
      }),
  );
}

describe('signering dev', () => {
  it('continues every open job after the whole stack was killed and restarted', async () => {
    const cwd = freshFolder('dev');
    const folder = join(cwd, '.signering');
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(cwd, 'contract.pdf'), await makeAgreement());
    const env = withoutSettings(process.env);
    const signering = (...args: readonly string[]): Promise<CommandResult> =>
      runSignering({ args, env, cwd });
    const first = await startDev(cwd);
    const sent = await signering(
      ...['send', 'contract.pdf', '--title', 'Contract', '--reference', 'kept'],
      ...['--signer', 'pin:30859100003,email=kari@example.com', '--json'],
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.match(sent.stderr, /No settings are given: using those of the local stack/u);
    // If the process is killed during a create, it is unknown whether the job exists: another test covers that.
    const jobId = await waitFor(
      async () => {
        const { stdout } = await signering('status', 'kept', '--json');
        return (JSON.parse(stdout) as SigningDescription).signatureJobId;
      },
      { what: 'the job is created', explain: first.said },
    );

    assert.deepEqual(openPaths(folder), [], 'others can read what lies there');
    assert.equal((await fetch(first.pagesUrl)).status, 200, 'the pages on which people sign');
    assert.match(await (await fetch(first.metricsUrl)).text(), /^signering_jobs\{/mu);
    assert.equal((await fetch(first.readyUrl)).status, 200);
    assert.match(readFileSync(join(folder, 'dev.env'), 'utf8'), /^SIGNERING_SECTOR="PRIVATE"$/mu);
    const processes = recordedProcesses(cwd);
    assert.deepEqual([...processes.keys()].sort(), [
      'codec-server',
      'portal',
      'sandbox',
      'stack',
      'temporal',
      'worker',
    ]);
    for (const pid of [first.process.pid!, ...processes.values()]) {
      if (processIdentity(pid) !== undefined) process.kill(pid, 'SIGKILL');
    }
    await once(first.process, 'exit');

    const second = await startDev(cwd);
    assert.equal(second.adminUrl, first.adminUrl, 'addresses are remembered');
    assert.equal(second.temporalAddress, first.temporalAddress);
    await sandboxAdmin(second.adminUrl).act(jobId, 1, 'sign');
    const watched = await signering('watch', 'kept', '--json');
    assert.equal(watched.exitCode, 0, watched.stderr);
    assert.match(watched.stdout, /"outcome":"SIGNED"/u);
    assert.equal((await sandboxAdmin(second.adminUrl).jobs()).length, 1, 'no signer was notified twice');
    for (const name of [
      'temporal.db',
      'storage/archive',
      'storage/ledger',
      'storage/documents',
      'keys',
      'dev.env',
    ]) {
      assert.ok(existsSync(join(folder, name)), name);
    }
    assert.deepEqual(openPaths(folder), [], 'others can read what lies there');
    second.process.kill('SIGINT');
    assert.deepEqual(await once(second.process, 'exit'), [0, null]);
    assert.equal(recordedProcesses(cwd).size, 0, 'everything has ended');
  });

  it('ends processes that a killed supervisor left running, and rejects a second stack', async () => {
    const cwd = freshFolder('dev');
    const first = await startDev(cwd);
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    const left = recordedProcesses(cwd);
    left.forEach((pid, name) => name !== 'stack' && assert.notEqual(processIdentity(pid), undefined, name));
    const second = await startDev(cwd);
    left.forEach((pid, name) => assert.equal(processIdentity(pid), undefined, `${name} was ended`));
    const third = await runSignering({ args: ['dev'], env: withoutSettings(process.env), cwd });
    assert.equal(third.exitCode, 2);
    assert.match(third.stderr, /a stack or a demo already runs there/u);
    second.process.kill('SIGINT');
    await once(second.process, 'exit');
  });

  it('restarts a part that crashes, and prints a message', async () => {
    const cwd = freshFolder('dev');
    const dev = await startDev(cwd);
    const worker = recordedProcesses(cwd).get('worker')!;
    process.kill(worker, 'SIGKILL');
    await waitFor(
      () => {
        const now = recordedProcesses(cwd).get('worker');
        const isTold = /The worker has ended \(signal SIGKILL\); restarting it/u.test(dev.said());
        return isTold && now !== undefined && now !== worker;
      },
      { what: 'a message, and another worker runs', explain: dev.said },
    );
    dev.process.kill('SIGTERM');
    assert.deepEqual(await once(dev.process, 'exit'), [0, null]);
    assert.equal(recordedProcesses(cwd).size, 0);
  });

  it('passes worker settings on, and stops everything on SIGHUP when its terminal is closed', async () => {
    const cwd = freshFolder('dev');
    const dev = await startDev(cwd, { SIGNERING_ACCEPT_UNENCRYPTED: 'yes' });
    const settings = readFileSync(join(cwd, '.signering', 'dev.env'), 'utf8');
    assert.match(settings, /^SIGNERING_ACCEPT_UNENCRYPTED="yes"$/mu);
    const organizationNumber = /^SIGNERING_ORGANIZATION="(\d+)"$/mu.exec(settings)?.[1] ?? '';
    const connection = await Connection.connect({ address: dev.temporalAddress });
    const workflowId = signingWorkflowId(organizationNumber, 'in-clear');
    const started = await new Client({ connection }).workflow.start(WORKFLOW_TYPES.portalSigning, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ version: 1, organizationNumber, reference: 'in-clear', contentDigest: '', job: {} }],
    });
    // The worker looks at the input, and finds its mistakes.
    await assert.rejects(started.result());
    const { events } = await started.fetchHistory();
    const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
    assert.equal(failure?.applicationFailureInfo?.type, 'INVALID_REQUEST');
    await connection.close();
    const processes = recordedProcesses(cwd);
    // What is written to a terminal that was closed fails as well.
    dev.process.stdout?.destroy();
    dev.process.stderr?.destroy();
    dev.process.kill('SIGHUP');
    assert.deepEqual(await once(dev.process, 'exit'), [0, null]);
    processes.forEach((pid, name) => assert.equal(processIdentity(pid), undefined, `${name} has ended`));
  });

  it('stops everything when the reader of its output pipe ends', async () => {
    const cwd = freshFolder('dev');
    const command = `"${process.execPath}" "${SIGNERING_COMMAND}" dev --json 2>&1 | sed -n '/temporalAddress/q'`;
    const shell = spawn('bash', ['-c', command], { cwd, env: withoutSettings(process.env), stdio: 'ignore' });
    const processes = await waitFor(
      () => {
        const found = existsSync(join(cwd, '.signering'))
          ? recordedProcesses(cwd)
          : new Map<string, number>();
        return found.size === 5 && found;
      },
      { what: 'the stack runs' },
    );
    await once(shell, 'exit');
    processes.forEach((pid, name) => assert.equal(processIdentity(pid), undefined, `${name} has ended`));
  });

  it('rejects settings that it sets itself, and accepts those of its dev.env', async () => {
    const cwd = freshFolder('dev');
    mkdirSync(join(cwd, '.signering'));
    const own = { SIGNERING_ORGANIZATION: '310456780', SIGNERING_KEYS: 'local-1:secret' };
    writeFileSync(
      join(cwd, '.signering', 'dev.env'),
      Object.entries(own)
        .map(([name, value]) => `${name}="${value}"\n`)
        .join(''),
    );
    const refused = await runSignering({
      args: ['dev'],
      env: {
        ...withoutSettings(process.env),
        ...own,
        SIGNERING_STORAGE: '/elsewhere',
        SIGNERING_API_URL: 'difitest',
      },
      cwd,
    });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /SIGNERING_STORAGE: .*SIGNERING_API_URL: .*\[INVALID_SETTINGS\]/u);
    assert.doesNotMatch(refused.stderr, /SIGNERING_ORGANIZATION|SIGNERING_KEYS|secret/u);
    assert.deepEqual(readdirSync(join(cwd, '.signering')), ['dev.env'], 'nothing was started');
  });
});
