import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { RateLimitedError } from '../../signing-api/index.js';
import { CallSpacing } from '../../signing-api/call-spacing.js';

describe('the spacing of calls', () => {
  it('lets calls go one by one, never closer than the spacing, rounded up', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 30, maxWaitMs: 2000 });
    const went: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        await spacing.turn('confirm');
        went.push(performance.now());
      }),
    );
    const distances = went.slice(1).map((time, index) => time - went[index]!);
    // A timer's whole milliseconds may end a fraction early.
    assert.ok(
      distances.every((distance) => distance >= 33),
      distances.join(' '),
    );
  });

  it('turns away at once whose turn would come too late, with the wait', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 2, maxWaitMs: 900 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => spacing.turn('pades')));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'],
    );
    const lastly = results[2];
    assert.ok(lastly?.status === 'rejected' && lastly.reason instanceof RateLimitedError);
    assert.equal(lastly.reason.retryable, true);
    assert.ok((lastly.reason.facts.retryAfterMs ?? 0) > 900);
  });

  it('lets a call go first that a person waits for', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 20, maxWaitMs: 1000 });
    const went: string[] = [];
    await Promise.all(
      (['pades', 'xades', 'confirm', 'cancel', 'probe', 'redirectUrl', 'fetchStatus'] as const).map(
        async (operation) => {
          await spacing.turn(operation);
          went.push(operation);
        },
      ),
    );
    assert.deepEqual(went, ['pades', 'cancel', 'probe', 'redirectUrl', 'fetchStatus', 'xades', 'confirm']);
  });

  it('lets a job go first whose signer waits, but not one that was sent in bulk', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 20, maxWaitMs: 1000 });
    const went: string[] = [];
    const create = async (name: string, personWaits: boolean) => {
      await spacing.turn('create', { personWaits });
      went.push(name);
    };
    await Promise.all([create('first', false), create('portal', false), create('direct', true)]);
    assert.deepEqual(went, ['first', 'direct', 'portal']);
  });

  it('turns everybody away while it pauses', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 10, maxWaitMs: 1000 });
    await spacing.turn('pades');
    const waiting = spacing.turn('xades');
    spacing.pause(30_000);
    await assert.rejects(waiting, {
      code: 'RATE_LIMITED',
      facts: { operation: 'xades', retryAfterMs: 30_000 },
    });
    await assert.rejects(spacing.turn('probe'), { code: 'RATE_LIMITED' });
  });

  it('gives up a turn for whoever aborts, and lets the next one have it', async () => {
    const spacing = new CallSpacing({ callsPerSecond: 20, maxWaitMs: 1000 });
    await spacing.turn('pades');
    const abort = new AbortController();
    const reason = new Error('the worker shuts down');
    const aborted = spacing.turn('xades', { signal: abort.signal });
    const next = spacing.turn('confirm');
    abort.abort(reason);
    await assert.rejects(aborted, reason);
    await next;
  });
});
