import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@signering/sender-portal/internal/live/clock.js';
import { JobChanges } from '@signering/sender-portal/internal/live/job-changes.js';
import { LiveStream } from '@signering/sender-portal/internal/live/live-stream.js';
import { LiveStreams } from '@signering/sender-portal/internal/live/live-streams.js';
import { waitFor } from '../fixtures/index.js';
import { ends, openStream } from './open-streams.js';
import { openPortalUnderTest, type PortalUnderTest } from './portal-under-test.js';

/** A clock that the test advances. */
class ManualClock implements Clock {
  #now = 0;
  readonly #waits = new Map<() => void, number>();

  readonly now = (): number => this.#now;

  readonly wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        this.#waits.delete(end);
        resolve();
      };
      this.#waits.set(end, this.#now + ms);
      signal?.addEventListener('abort', end, { once: true });
    });

  /** When the waits end that go on. */
  get ends(): readonly number[] {
    return [...this.#waits.values()];
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [end, at] of [...this.#waits]) if (at <= this.#now) end();
  }
}

describe('the streams of pages that update themselves', () => {
  let test: PortalUnderTest;
  before(async function () {
    test = await openPortalUnderTest(this);
  });
  after(() => test.close());

  it('render a page that changes all the time every three seconds', async () => {
    const clock = new ManualClock();
    const stream = new LiveStream(clock, () => undefined);
    const takenAt: number[] = [];
    while (clock.now() < 10_000) {
      stream.touch();
      if (stream.takeTouch()) takenAt.push(clock.now());
      clock.advance(100);
    }
    assert.deepEqual(takenAt, [0, 3000, 6000, 9000]);
    const waiting = stream.wait(60_000);
    assert.deepEqual(clock.ends, [12_000]);
    clock.advance(2000);
    await waiting;
    assert.ok(stream.takeTouch());
    const untouched = stream.wait(60_000);
    assert.deepEqual(clock.ends, [72_000]);
    stream.close();
    await untouched;
    assert.deepEqual(clock.ends, []);
  });

  it('read changes from the database once a second, also when streams come and go during a read', async () => {
    const clock = new ManualClock();
    let begun = 0;
    let done = 0;
    let stop = (): void => undefined;
    let letGo = (): void => undefined;
    const tables = test.tables.withPlugin({
      transformQuery: ({ node }) => {
        // A part of the query is transformed before the whole one.
        if (!('setOperations' in node)) return node;
        begun += 1;
        stop();
        stop = changes.listen(() => undefined);
        return node;
      },
      transformResult: async ({ result }) => {
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
        done += 1;
        return result;
      },
    });
    const changes = new JobChanges({ tables, clock, report: (sentence) => assert.fail(sentence) });
    stop = changes.listen(() => undefined);
    for (const read of [1, 2, 3]) {
      assert.equal(clock.ends.length, 1);
      clock.advance(999);
      assert.equal(begun, read - 1);
      clock.advance(1);
      await waitFor(() => begun === read, { what: 'the read begins' });
      // Neither another read nor another loop begins meanwhile.
      clock.advance(10_000);
      assert.deepEqual(clock.ends, []);
      await waitFor(
        () => {
          letGo();
          return done === read;
        },
        { what: 'the read ends' },
      );
      await waitFor(() => clock.ends.length > 0, { what: 'the next wait' });
      assert.equal(begun, read);
    }
    stop();
    clock.advance(1000);
    await waitFor(() => clock.ends.length === 0, { what: 'the end of the loop' });
    assert.equal(begun, 3);
  });

  it('stay open, and end with their session, while a page waits for its turn', async () => {
    const { parts, server } = test.portal;
    const clock = new ManualClock();
    const changes = { listen: () => () => undefined };
    const report = (sentence: string): void => assert.fail(sentence);
    const live = new LiveStreams({ sessions: parts.sessions, changes, clock, report });
    // The turn of the first page does not end.
    const endless = [(): Promise<never> => new Promise(() => undefined)];
    parts.live.answer = (request, reply, page) =>
      live.answer(request, reply, { ...page, render: endless.shift() ?? page.render });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/waiting/live`;
    const rendering = await openStream(address, await test.browserOf('anne@example.com'));
    await waitFor(() => clock.ends.length > 0, { what: 'its turn has come' });
    const leaving = await test.browserOf('leaving@example.com');
    const waiting = await openStream(address, leaving);
    const opened = [rendering, waiting];
    const later = (isSo: () => boolean, what: string) =>
      waitFor(
        () => {
          clock.advance(5000);
          return isSo();
        },
        { what },
      );
    await later(() => opened.every((stream) => stream.heartbeats() > 0), 'both are kept open');
    await leaving.post('/logout');
    await later(() => waiting.isClosed(), 'the stream ends');
    await ends(waiting);
    assert.deepEqual([...rendering.events, ...waiting.events], ['end']);
    rendering.close();
  });
});
