import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf, useSigningStack, type SigningStack } from '../end-to-end/signing-stack.js';
import { scrape } from './prometheus.js';
import { hold, releaseHolds, runSignering, waitFor, waitUntilHolding } from '../fixtures/index.js';

const READY = { running: true, polling: true, temporal: true, storage: true, certificate: true };

describe('the health of a worker', () => {
  const settings: Record<string, string> = {};
  let used: SigningStack;
  let url: string;
  let metrics: string;
  before(async () => {
    settings['SIGNERING_HEALTH_ADDRESS'] = `127.0.0.1:${await freePort()}`;
    metrics = `127.0.0.1:${await freePort()}`;
    Object.assign(settings, { SIGNERING_METRICS_ADDRESS: metrics, SIGNERING_METRICS_SECONDS: '1' });
    url = `http://${settings['SIGNERING_HEALTH_ADDRESS']}`;
  });
  useSigningStack((started) => void (used = started), { workerSettings: settings, ownTemporal: true });

  async function readiness(): Promise<{ readonly status: number; readonly checks: unknown }> {
    const response = await fetch(`${url}/readyz`);
    return { status: response.status, checks: await response.json() };
  }

  /** Waits until the worker is not ready for exactly this reason. */
  async function waitUntilFailing(check: keyof typeof READY): Promise<void> {
    await waitFor(
      async () => {
        const { status, checks } = await readiness();
        if (status !== 503) return false;
        assert.deepEqual(checks, { ...READY, [check]: false });
        return true;
      },
      { what: `${check} fails` },
    );
  }

  const ready = (): ReturnType<typeof readiness> =>
    waitFor(
      async () => {
        const found = await readiness();
        return found.status === 200 && found;
      },
      { what: 'the worker is ready' },
    );

  it('is served on the address of the setting, which the log names', async () => {
    assert.deepEqual(await ready(), { status: 200, checks: READY });
    const alive = await fetch(`${url}/healthz`);
    assert.deepEqual([alive.status, await alive.json()], [200, { status: 'ok' }]);
    assert.equal((await fetch(`${url}/metrics`)).status, 404);
    assert.equal((await fetch(`${url}/readyz`, { method: 'POST' })).status, 405);
    assert.match(
      used.worker.logged(),
      new RegExp(`"url":"${url}/readyz".*Health is served for probes, as SIGNERING_HEALTH_ADDRESS says`, 'u'),
    );
  });

  it('names the storage while it is away, and recovers', async () => {
    const { storageFolder } = used.stack;
    await rename(storageFolder, `${storageFolder}-away`);
    try {
      await waitUntilFailing('storage');
    } finally {
      await rename(`${storageFolder}-away`, storageFolder);
    }
    await ready();
  });

  it('names Temporal while it does not answer, and recovers', async () => {
    const { pid } = used.stack.temporal;
    process.kill(pid, 'SIGSTOP');
    try {
      await waitUntilFailing('temporal');
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await ready();
    const since = Date.now() / 1000;
    await waitFor(
      async () => {
        const { samples } = await scrape(metrics);
        const times = samples.filter(({ name }) => name === 'signering_sampled_timestamp_seconds');
        return times.length === 6 && times.every(({ value }) => value > since);
      },
      { what: 'every metric is measured again' },
    );
  });

  it('does not start on an address that is taken, and exits with 2', async () => {
    const other = createServer();
    await once(other.listen({ host: '127.0.0.1', port: 0 }), 'listening');
    const bound = other.address();
    assert.ok(bound !== null && typeof bound === 'object');
    const taken = `127.0.0.1:${bound.port}`;
    const env = { ...used.stack.env, SIGNERING_HEALTH_ADDRESS: taken };
    const { exitCode, stderr } = await runSignering({ args: ['worker'], env, cwd: used.stack.folder });
    await new Promise((resolve) => other.close(resolve));
    assert.equal(exitCode, 2);
    assert.match(stderr, /SIGNERING_HEALTH_ADDRESS/u);
    assert.ok(stderr.includes(`${taken} cannot be listened on (EADDRINUSE): choose another address`), stderr);
  });

  it('is not ready from SIGTERM on, while a running activity ends', async () => {
    const { stack, client, worker } = used;
    await client.startPortalJob(await portalJob('stopping'));
    const jobId = await createdJobIdOf(client, 'stopping');
    await hold(stack.admin, 'pades', 'before');
    await stack.admin.act(jobId, 1, 'sign');
    await waitUntilHolding(stack.admin, 'pades');
    process.kill(worker.pid, 'SIGTERM');
    // Until the worker has the signal, another check may fail.
    await waitFor(
      async () => {
        const { status, checks } = await readiness();
        return status === 503 && !(checks as typeof READY).running;
      },
      { what: 'the worker is not ready, because it stops' },
    );
    await releaseHolds(stack.admin);
    assert.equal(await worker.ended, 'exit code 0');
  });
});
