import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { runCallingProcesses, type SeenCalls } from '../../../bench/run-calling-processes.js';
import {
  sandboxAdmin,
  startSandboxProcess,
  withoutSettings,
  type SandboxProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder } from '../../fixtures/index.js';

interface Callers {
  readonly processes: number;
  readonly durationMs: number;
  /** Happens to the sandbox meanwhile. */
  readonly disturb?: (sandbox: SandboxProcess, isOver: () => boolean) => Promise<void>;
}

/** Lets processes loose on a sandbox. */
async function callAsFastAsPermitted({ processes, durationMs, disturb }: Callers): Promise<SeenCalls> {
  const sandbox = await startSandboxProcess({
    folder: freshFolder('rate-limit'),
    stateFolder: freshFolder('sandbox'),
    env: withoutSettings(process.env),
    emptyQueueWait: '1s',
  });
  let over = false;
  try {
    const calling = runCallingProcesses({
      sandbox: sandbox.announcement,
      processes,
      durationMs,
    }).finally(() => {
      over = true;
    });
    const [seen] = await Promise.all([calling, disturb?.(sandbox, () => over)]);
    return seen;
  } finally {
    await sandbox.stop(10_000);
  }
}

/** No speed is asserted: that depends on the machine. But the calls must have been more than one second permits. */
function assertKept({ calls, blocked }: SeenCalls): void {
  assert.equal(blocked, 0);
  assert.ok(calls > 10, `only ${calls} calls, no more than the limit of one second`);
}

describe("the service's limit of calls", () => {
  for (const processes of [1, 2, 5]) {
    it(`is kept by ${processes} process(es) that call as fast as they may, creates among the calls`, async () => {
      assertKept(await callAsFastAsPermitted({ processes, durationMs: 12_000 }));
    });

    it(`is kept by ${processes} process(es) though the service is blocked, and then gets the waiting calls`, async () => {
      let stops = 0;
      const disturb: Callers['disturb'] = async ({ pid }, isOver) => {
        // The stop is the fault itself; between two of them the calls of a second are counted.
        while (!isOver()) {
          process.kill(pid, 'SIGSTOP');
          try {
            await delay(400);
          } finally {
            process.kill(pid, 'SIGCONT');
          }
          stops += 1;
          await delay(1100);
        }
      };
      const seen = await callAsFastAsPermitted({ processes, durationMs: 8000, disturb });
      assert.ok(stops > 3, `${stops} stops`);
      assertKept(seen);
    });
  }

  it('is kept though answers are delayed', async () => {
    const disturb: Callers['disturb'] = async ({ announcement: { adminUrl } }) => {
      const admin = sandboxAdmin(adminUrl);
      const delayed = { fault: 'delay', times: 4 };
      // Most calls have no delay, so that short and long answers come together.
      for (const delaySeconds of [0.3, 0.9, 1.5]) {
        await admin.call('POST', '/faults', { ...delayed, operation: 'probe', delaySeconds, when: 'after' });
      }
      await admin.call('POST', '/faults', { ...delayed, operation: 'create', delaySeconds: 0.7 });
    };
    assertKept(await callAsFastAsPermitted({ processes: 1, durationMs: 10_000, disturb }));
  });
});
