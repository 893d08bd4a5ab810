import assert from 'node:assert/strict';
import { followJob } from '@signering/cli/internal/terminal/follow-job.js';
import type { LiveView } from '@signering/cli/internal/terminal/live-view.js';
import type { JobDescription, SigningClient } from '@signering/client';

describe('following a job', () => {
  it('shows nothing after an interruption, not even the result of a pending query', async () => {
    const stop = new AbortController();
    const shown: JobDescription[] = [];
    const client = {
      // Ctrl-C comes while the answer is under way.
      getJob: (): Promise<JobDescription> => {
        stop.abort(new Error('interrupted'));
        return Promise.resolve({ reference: 'lease-42' } as JobDescription);
      },
      outcome: () => Promise.reject(new Error('interrupted')),
    } as unknown as SigningClient;
    const view: LiveView = {
      show: (job) => shown.push(job),
      note: () => undefined,
      log: () => undefined,
      end: () => undefined,
    };
    await assert.rejects(
      followJob({ client, reference: 'lease-42', view, signal: stop.signal }),
      /interrupted/u,
    );
    assert.deepEqual(shown, []);
  });
});
