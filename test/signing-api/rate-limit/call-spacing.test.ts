import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { ApiOperation, CallPriority } from '@signering/signing-api';
import { RateLimitedError } from '@signering/signing-api/internal/errors.js';
import {
  CallSpacing,
  type Turn,
  type TurnOptions,
} from '@signering/signing-api/internal/rate-limit/call-spacing.js';
import { virtualTime } from './virtual-time.js';

async function turnOf(spacing: CallSpacing, operation: ApiOperation, options?: TurnOptions): Promise<Turn> {
  return spacing.enter(operation, options).turn();
}

/**
 * Freezes the clock until the next turn of the event loop: a call is timed with the very moment at which it was let go,
 * however long a busy machine takes to run the rest. Returns what undoes it.
 */
function stepwiseClock(): () => void {
  let moment: number | undefined;
  const read = performance.now.bind(performance);
  performance.now = () => {
    if (moment === undefined) {
      moment = read();
      setImmediate(() => {
        moment = undefined;
      });
    }
    return moment;
  };
  return () => {
    performance.now = read;
  };
}

describe('the spacing of calls', () => {
  it('lets calls go one by one, never closer than the spacing, rounded up', async () => {
    const thaw = stepwiseClock();
    const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 34 }, maxWaitMs: 2000 });
    const went: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        await turnOf(spacing, 'confirm');
        went.push(performance.now());
      }),
    ).finally(thaw);
    // What a timer rings late is made good by the next call, up to 20 ms; it never adds up.
    for (let calls = 1; calls < 12; calls += 1) {
      const spans = went.slice(calls).map((time, index) => time - went[index]!);
      assert.ok(
        spans.every((span) => span >= calls * 34 - 20),
        `${calls} calls: ${spans.join(' ')}`,
      );
    }
  });

  it('lets no more go than the service may be counting: until a second after the answer', async () => {
    const spacing = new CallSpacing({ share: { calls: 3, spacingMs: 1 }, maxWaitMs: 2000 });
    const [first, second] = [await turnOf(spacing, 'probe'), await turnOf(spacing, 'probe')];
    await turnOf(spacing, 'probe');
    const [fourth, fifth] = [turnOf(spacing, 'pades'), turnOf(spacing, 'pades')];
    const answers: number[] = [];
    for (const turn of [first, second]) {
      answers.push(performance.now());
      turn.answered();
      turn.answered();
    }
    const went = await Promise.all([fourth, fifth].map(async (turn) => turn.then(() => performance.now())));
    for (const [index, time] of went.entries()) assert.ok(time - answers[index]! > 1000, `call ${index}`);
  });

  describe('in a time that waits for slow machines', () => {
    let end: () => void;
    beforeEach(() => {
      end = virtualTime();
    });
    afterEach(() => end());

    it('turns away at once whose turn would come too late, with the wait', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 500 }, maxWaitMs: 900 });
      const turns: Promise<Turn>[] = [];
      /** The wait of a rejected call counts from a moment between `after` and `before`, which differs for each call. */
      const rejected: { readonly error: unknown; readonly after: number; readonly before: number }[] = [];
      for (let calls = 0; calls < 5; calls += 1) {
        const after = performance.now();
        try {
          turns.push(spacing.enter('pades').turn());
        } catch (error) {
          rejected.push({ error, after, before: performance.now() });
        }
      }
      assert.deepEqual([turns.length, rejected.length], [2, 3]);
      await Promise.all(turns);
      const waits = rejected.map(({ error }) => {
        assert.ok(error instanceof RateLimitedError);
        assert.equal(error.retryable, true);
        return error.facts.retryAfterMs ?? 0;
      });
      assert.ok(waits[0]! >= 500, waits.join(' '));
      // Invited back one after the other, when there is room again, not all at once.
      for (const [one, next] of [0, 1].map((index) => [index, index + 1] as const)) {
        const apart = rejected[next]!.before + waits[next]! - (rejected[one]!.after + waits[one]!);
        assert.ok(apart >= 499, `${waits.join(' ')}: ${apart} ms apart`);
      }
    });

    it('lets a call go first that a person waits for', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 50 }, maxWaitMs: 1000 });
      const went: string[] = [];
      await Promise.all(
        (['pades', 'xades', 'confirm', 'cancel', 'probe', 'redirectUrl', 'fetchStatus'] as const).map(
          async (operation) => {
            await turnOf(spacing, operation);
            went.push(operation);
          },
        ),
      );
      assert.deepEqual(went, ['pades', 'cancel', 'probe', 'redirectUrl', 'xades', 'fetchStatus', 'confirm']);
    });

    it('lets a job go first whose signer waits, but not one that was sent in bulk', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 50 }, maxWaitMs: 1000 });
      const went: string[] = [];
      const create = async (name: string, priority: CallPriority) => {
        await turnOf(spacing, 'create', { priority });
        went.push(name);
      };
      await Promise.all([create('first', 'NORMAL'), create('portal', 'NORMAL'), create('direct', 'PERSON')]);
      assert.deepEqual(went, ['first', 'direct', 'portal']);
    });

    it('gives a normal call one turn in four while persons wait all the time', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 20 }, maxWaitMs: 1000 });
      const went: string[] = [];
      let polls = 0;
      // Each token check that went is followed by another one, as in a flood.
      const check = async (): Promise<void> => {
        while (polls < 4) {
          await turnOf(spacing, 'fetchStatus').catch(() => undefined);
          went.push('check');
        }
      };
      const poll = async (): Promise<void> => {
        for (; polls < 4; polls += 1) {
          await turnOf(spacing, 'fetchStatusChange');
          went.push('poll');
        }
      };
      await turnOf(spacing, 'probe');
      await Promise.all([...Array.from({ length: 12 }, check), poll()]);
      const [first, ...others] = went.flatMap((name, index) => (name === 'poll' ? [index] : []));
      assert.ok(first !== undefined && first <= 3, went.join(' '));
      for (const [index, at] of others.slice(0, 3).entries()) {
        assert.ok(at - ([first, ...others][index] ?? 0) <= 4, went.join(' '));
      }
    });

    it('admits a normal call while a full queue of persons waits', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 100 }, maxWaitMs: 1000 });
      await turnOf(spacing, 'probe');
      const checks = Array.from({ length: 20 }, () => turnOf(spacing, 'fetchStatus'));
      const settled = Promise.allSettled(checks);
      await turnOf(spacing, 'fetchStatusChange');
      assert.ok(
        (await settled).some(({ status }) => status === 'rejected'),
        'the queue was full',
      );
    });

    it('lets a background call go when no other call waits, and one in ten turns at most', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 20 }, maxWaitMs: 400 });
      const went: string[] = [];
      const turn = async (operation: ApiOperation, priority?: CallPriority) => {
        await turnOf(spacing, operation, priority && { priority });
        went.push(priority ?? operation);
        return performance.now();
      };
      await turn('probe');
      const [first, second, third] = [
        turn('fetchStatus', 'BACKGROUND'),
        turn('fetchStatus', 'BACKGROUND'),
        turn('fetchStatus', 'BACKGROUND'),
      ];
      const refused = assert.rejects(third, { code: 'RATE_LIMITED' });
      await Promise.all([turn('confirm'), turn('fetchStatus'), turn('create')]);
      assert.deepEqual(went, ['probe', 'fetchStatus', 'confirm', 'create']);
      const firstAt = await first;
      assert.ok((await second) - firstAt >= 199);
      await refused;
    });

    it('lets the jobs of batches go behind all calls but those in the background beyond their turn in ten', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 20 }, maxWaitMs: 4000 });
      const went: string[] = [];
      const turn = async (operation: ApiOperation, priority?: CallPriority) => {
        await turnOf(spacing, operation, priority && { priority });
        went.push(priority ?? operation);
      };
      await turn('probe');
      const behind = [
        turn('create', 'BULK'),
        turn('create', 'BULK'),
        turn('fetchStatus', 'BACKGROUND'),
        turn('fetchStatus', 'BACKGROUND'),
      ];
      await Promise.all([turn('confirm'), turn('create'), turn('probe'), ...behind]);
      const expected = ['probe', 'probe', 'confirm', 'create', 'BACKGROUND', 'BULK', 'BULK', 'BACKGROUND'];
      assert.deepEqual(went, expected);
    });

    it('leaves half of the share to other calls while the service answers the jobs of batches slowly', async () => {
      const spacing = new CallSpacing({ share: { calls: 4, spacingMs: 1 }, maxWaitMs: 4000 });
      const place = () => spacing.enter('create', { priority: 'BULK' }).turn();
      const [first] = await Promise.all([place(), place()]);
      let hasThird = false;
      const third = place().then((turn) => {
        hasThird = true;
        return turn;
      });
      await turnOf(spacing, 'fetchStatusChange');
      await turnOf(spacing, 'confirm');
      assert.equal(hasThird, false);
      first.answered();
      (await third).answered();
    });

    it('invites a poll back early although many creates and token checks were turned away before', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 100 }, maxWaitMs: 500 });
      const turned = await Promise.allSettled(
        Array.from({ length: 1000 }, (_, index) =>
          turnOf(spacing, index % 2 === 0 ? 'create' : 'fetchStatus'),
        ),
      );
      const waits = turned.flatMap((one) =>
        one.status === 'rejected' && one.reason instanceof RateLimitedError ? [one.reason] : [],
      );
      const longest = (operation: string) =>
        Math.max(
          ...waits
            .filter(({ facts }) => facts.operation === operation)
            .map(({ facts }) => facts.retryAfterMs ?? 0),
        );
      assert.ok(longest('create') > 40_000, `${longest('create')}`);
      assert.ok(longest('fetchStatus') <= 31_000, `${longest('fetchStatus')}`);
      spacing.pause(1000);
      await assert.rejects(turnOf(spacing, 'fetchStatusChange'), (error: unknown) => {
        assert.ok(error instanceof RateLimitedError);
        assert.ok((error.facts.retryAfterMs ?? Infinity) < 2000, `${error.facts.retryAfterMs}`);
        return true;
      });
    });

    it('rejects every caller while it pauses', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 100 }, maxWaitMs: 1000 });
      await turnOf(spacing, 'pades');
      const waiting = turnOf(spacing, 'xades');
      spacing.pause(30_000);
      await assert.rejects(waiting, {
        code: 'RATE_LIMITED',
        facts: { operation: 'xades', retryAfterMs: 30_000 },
      });
      await assert.rejects(turnOf(spacing, 'probe'), { code: 'RATE_LIMITED' });
    });

    it('gives the turn of an aborted caller to the next one', async () => {
      const spacing = new CallSpacing({ share: { calls: 1000, spacingMs: 50 }, maxWaitMs: 1000 });
      await turnOf(spacing, 'pades');
      const abort = new AbortController();
      const reason = new Error('the worker shuts down');
      const aborted = turnOf(spacing, 'xades', { signal: abort.signal });
      const next = turnOf(spacing, 'confirm');
      abort.abort(reason);
      await assert.rejects(aborted, reason);
      await next;
    });

    it('turns away at once while as many calls as permitted have no answer yet', async () => {
      const spacing = new CallSpacing({ share: { calls: 2, spacingMs: 1 }, maxWaitMs: 1000 });
      await turnOf(spacing, 'create');
      const last = await turnOf(spacing, 'create');
      await assert.rejects(turnOf(spacing, 'probe'), (error: unknown) => {
        assert.ok(error instanceof RateLimitedError);
        assert.ok((error.facts.retryAfterMs ?? 0) > 500);
        return true;
      });
      last.answered();
      await assert.rejects(turnOf(spacing, 'probe'), { code: 'RATE_LIMITED' });
    });
  });
});
