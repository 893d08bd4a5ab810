import assert from 'node:assert/strict';
import { followJob } from '@signering/cli/internal/terminal/follow-job.js';
import type { LiveView } from '@signering/cli/internal/terminal/live-view.js';
import type { JobDescription } from '@signering/client';
import { SigningError } from '@signering/schema';
import { InMemorySigningClient } from '@signering/client/testing';
import { pdfSaying, validRequest } from '../../client/requests.js';

describe('following a job', () => {
  it('shows each change and returns the result, over a short absence of Temporal', async () => {
    const client = new InMemorySigningClient();
    const job = { ...validRequest(await pdfSaying('Lease')), reference: 'lease-42' };
    await client.startPortalJob({ ...job, signers: [{ emailAddress: 'one@example.com' }] });
    const states: string[] = [];
    const notes: (string | undefined)[] = [];
    const view: LiveView = {
      show: ({ state }) => {
        states.push(state);
        if (states.length === 1)
          client.failNextCall(new SigningError('TEMPORAL_UNAVAILABLE', 'Temporal is away.'));
        if (states.length === 2) client.sign('lease-42');
      },
      note: (note) => notes.push(note),
      log: () => undefined,
      end: () => states.push('end'),
    };
    const { outcome } = await followJob({ client, reference: 'lease-42', view });
    assert.equal(outcome, 'SIGNED');
    assert.deepEqual(states, ['WAITING_FOR_SIGNERS', 'WAITING_FOR_SIGNERS', 'SIGNED', 'end']);
    assert.deepEqual(notes, [undefined, 'Temporal is away.', undefined, undefined]);
  });

  it('returns the outcome that was shown, if Temporal goes away before the result is fetched', async () => {
    const client = new InMemorySigningClient();
    await client.startPortalJob({
      ...validRequest(await pdfSaying('Lease')),
      reference: 'lease-42',
      signers: [{ emailAddress: 'one@example.com' }],
    });
    client.sign('lease-42');
    const shown = await client.waitForResult('lease-42');
    const view: LiveView = {
      show: () => client.failNextCall(new SigningError('TEMPORAL_UNAVAILABLE', 'Temporal is away.')),
      note: () => undefined,
      log: () => undefined,
      end: () => undefined,
    };
    assert.deepEqual(await followJob({ client, reference: 'lease-42', view }), shown);
  });

  it('shows nothing after an interruption, not even the result of a pending query', async () => {
    const stop = new AbortController();
    const shown: JobDescription[] = [];
    const signing = new InMemorySigningClient();
    await signing.startPortalJob({ ...validRequest(await pdfSaying('Lease')), reference: 'lease-42' });
    // Ctrl-C comes while the answer is under way.
    signing.getJob = async (reference): Promise<JobDescription> => {
      const job = await InMemorySigningClient.prototype.getJob.call(signing, reference);
      stop.abort(new Error('interrupted'));
      return job;
    };
    const view: LiveView = {
      show: (job) => shown.push(job),
      note: () => undefined,
      log: () => undefined,
      end: () => undefined,
    };
    await assert.rejects(
      followJob({ client: signing, reference: 'lease-42', view, signal: stop.signal }),
      /interrupted/u,
    );
    assert.deepEqual(shown, []);
  });
});
