import assert from 'node:assert/strict';
import { runCallingProcesses } from '../../bench/run-calling-processes.js';
import { startSandboxProcess, withoutSettings } from '../../cli/local-stack/index.js';
import { freshFolder } from '../stack/index.js';

describe("the service's limit of calls", () => {
  for (const processes of [1, 2, 4]) {
    it(`is kept by ${processes} process(es) that call as fast as they may, creates among the calls`, async () => {
      const folder = freshFolder('rate-limit');
      const sandbox = await startSandboxProcess({
        folder,
        stateFolder: freshFolder('sandbox'),
        env: withoutSettings(process.env),
        emptyQueueWait: '1s',
      });
      try {
        const { calls, blocked } = await runCallingProcesses({
          sandbox: sandbox.announcement,
          processes,
          processesFolder: freshFolder('processes'),
          durationMs: 12_000,
        });
        assert.equal(blocked, 0);
        // No speed is asserted: that depends on the machine. The sandbox must have had something to count.
        assert.ok(calls > 40, `${calls} calls`);
      } finally {
        await sandbox.stop(10_000);
      }
    });
  }
});
