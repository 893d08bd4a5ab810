import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { noopMetricMeter } from '@temporalio/common';
import { createMeters } from '@signering/worker/internal/metrics/meters.js';
import { sampleJobs } from '@signering/worker/internal/metrics/sample-jobs.js';
import { startSampling } from '@signering/worker/internal/metrics/sampling.js';
import { createLogger } from '@signering/worker/internal/logger.js';
import { ownTemporal, waitFor } from '../fixtures/index.js';

describe('measurements of a worker', () => {
  it('end at once when the worker stops, also while Temporal does not answer', async () => {
    const server = await ownTemporal();
    const connection = await Connection.connect({ address: server.address });
    try {
      const temporal = new Client({ connection });
      const meters = createMeters(noopMetricMeter);
      const jobs = sampleJobs(temporal, meters);
      let begun = 0;
      process.kill(server.process.pid, 'SIGSTOP');
      const sampling = startSampling({
        temporal,
        samplers: [{ ...jobs, sample: () => ((begun += 1), jobs.sample()) }],
        intervalMs: 1000,
        meters,
        logger: createLogger('error'),
      });
      await waitFor(() => begun === 1, { what: 'a measurement waits for Temporal' });
      const stopped = performance.now();
      await sampling.stop();
      assert.ok(performance.now() - stopped < 5000, 'it does not wait for the answer');
    } finally {
      process.kill(server.process.pid, 'SIGCONT');
      await connection.close();
      await server.stop();
    }
  });
});
