import assert from 'node:assert/strict';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { startTestStack, waitFor } from '../fixtures/index.js';

describe('a worker that is stopped while Temporal is away', () => {
  it('ends as it should, although it is repeating calls', async () => {
    const health = `127.0.0.1:${await freePort()}`;
    const stack = await startTestStack({
      ownTemporal: true,
      settings: {
        SIGNERING_HEALTH_ADDRESS: health,
        SIGNERING_LEDGER_WALK_SECONDS: '1',
        SIGNERING_METRICS_ADDRESS: `127.0.0.1:${await freePort()}`,
        SIGNERING_METRICS_SECONDS: '1',
      },
    });
    try {
      const worker = await stack.startWorker();
      await stack.killTemporal();
      const isTemporalThere = async () => {
        const response = await fetch(`http://${health}/readyz`);
        return ((await response.json()) as { readonly temporal: boolean }).temporal;
      };
      await waitFor(async () => !(await isTemporalThere()), { what: 'the worker misses Temporal' });
      process.kill(worker.pid, 'SIGTERM');
      // As probes of a cluster do, until its end. Each makes a call.
      const probing = setInterval(() => void isTemporalThere().catch(() => undefined), 100);
      try {
        assert.equal(await worker.ended, 'exit code 0', worker.logged());
      } finally {
        clearInterval(probing);
      }
    } finally {
      await stack.stop();
    }
  });
});
