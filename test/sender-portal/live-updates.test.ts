import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { SigningError } from '@signering/client';
import { waitFor } from '../fixtures/index.js';
import { ends, hears, openStream, streamOfJob, type OpenStream } from './open-streams.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('a page of the sender portal that updates itself', () => {
  let test: PortalUnderTest;
  let url: string;
  let manager: TestBrowser;
  const streams: OpenStream[] = [];
  before(async function () {
    test = await openPortalUnderTest(this);
    await test.portal.server.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(test.portal.server.server.address() as AddressInfo).port}`;
    manager = await test.browserOf('anne@example.com');
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  after(() => test.close());

  async function follow(browser: TestBrowser, path: string): Promise<OpenStream> {
    const stream = await openStream(`${url}${path}`, browser);
    streams.push(stream);
    return stream;
  }

  /** As another process of the portal does. */
  const change = (id: string, deadline: Date) =>
    test.tables.updateTable('jobs').set({ deadline }).where('id', '=', id).execute();

  it('gets the content of the page at once and after each change, through proxies as it is', async () => {
    const { row } = await test.sentJob(manager);
    const stream = await follow(manager, '/waiting/live?page=1');
    assert.equal(stream.status, 200);
    assert.match(stream.headers.get('content-type') ?? '', /^text\/event-stream/u);
    assert.equal(stream.headers.get('cache-control'), 'no-store, no-transform');
    assert.equal(stream.headers.get('x-accel-buffering'), 'no');
    assert.equal(stream.headers.get('content-encoding'), null);
    await hears(stream, 1);
    assert.match(stream.events[0] ?? '', /data-live="jobs"/u);
    await change(row.id, new Date('2031-05-17T10:00:00.000Z'));
    await waitFor(() => stream.events.at(-1)?.includes('17 May 2031'), { what: 'the first change' });
    // What is written at each look at the client is no change, nor is encryption under another key.
    const ofRow = () =>
      test.tables
        .selectFrom('jobs')
        .select(['sealed', 'updated_at'])
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
    const { sealed, updated_at } = await ofRow();
    for (const written of [{ checked_at: new Date() }, { sealed: Buffer.from('otherwise') }, { sealed }])
      await test.tables.updateTable('jobs').set(written).where('id', '=', row.id).execute();
    assert.deepEqual((await ofRow()).updated_at, updated_at);
    await change(row.id, new Date('2032-05-17T10:00:00.000Z'));
    await waitFor(() => stream.events.at(-1)?.includes('17 May 2032'), { what: 'the last change' });
  });

  it('shows only jobs of the organisation, and to a document processor only those that the person made', async () => {
    const processor = await test.browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    const stranger = await test.browserOf('eve@example.com', OTHER_ORGANIZATION);
    const { row } = await test.sentJob(manager);
    const followed = [];
    for (const browser of [manager, processor, stranger])
      followed.push(await follow(browser, '/waiting/live'));
    const [ofManager, ofProcessor, ofStranger] = followed as [OpenStream, OpenStream, OpenStream];
    for (const stream of followed) await hears(stream, 1);
    await change(row.id, new Date('2033-05-17T10:00:00.000Z'));
    await hears(ofManager, 2);
    assert.match(ofManager.events[1] ?? '', /17 May 2033/u);
    assert.deepEqual([ofProcessor.events.length, ofStranger.events.length], [1, 1]);
    const own = await test.sentJob(processor);
    await change(own.row.id, new Date('2034-05-17T10:00:00.000Z'));
    await waitFor(() => ofProcessor.events.at(-1)?.includes('17 May 2034'), { what: 'the own job' });
    assert.ok(!ofProcessor.events.some((html) => html.includes('2033')));
    assert.equal(ofStranger.events.length, 1);
    assert.match(ofStranger.events[0] ?? '', /No jobs/u);
  });

  it('no longer shows a draft that was deleted in another window', async () => {
    const draft = await test.fullDraft(manager, 'Deleted elsewhere');
    const stream = await follow(manager, '/waiting/live');
    await waitFor(() => stream.events.at(-1)?.includes(draft), { what: 'the draft' });
    await manager.post(`${draft}/delete`);
    await waitFor(() => stream.events.at(-1)?.includes(draft) === false, {
      what: 'the page without it',
    });
  });

  it('ends when the person logs out, loses the role, or chooses another organisation', async () => {
    const leaving = await test.browserOf('leaving@example.com');
    const dismissed = await test.browserOf('dismissed@example.com');
    const both = await test.browserOf('both@example.com');
    await test.browserOf('both@example.com', OTHER_ORGANIZATION);
    const followed = [];
    for (const browser of [leaving, dismissed, both]) followed.push(await follow(browser, '/waiting/live'));
    for (const stream of followed) await hears(stream, 1);
    await leaving.post('/logout');
    await test.tables
      .updateTable('memberships')
      .set({ ends_at: new Date(0) })
      .where('person_id', '=', dismissed.session.personId)
      .execute();
    await both.post('/organization', { organization: OTHER_ORGANIZATION });
    await Promise.all(followed.map(ends));
    // A page that opens it again, such as after a night, hears that too: it would ask without end.
    const again = await follow(leaving, '/waiting/live');
    await ends(again);
    assert.deepEqual(again.events, ['end']);
  });

  it('closes without saying so when the portal stops or the database fails: the browser opens it again', async () => {
    const { row } = await test.sentJob(manager);
    const { live, sessions } = test.portal.parts;
    const stopped = await follow(manager, '/waiting/live');
    await hears(stopped, 1);
    live.close();
    await waitFor(stopped.isClosed, { what: 'the stream closes' });
    const failing = await follow(manager, '/waiting/live');
    await hears(failing, 1);
    const find = sessions.find.bind(sessions);
    sessions.find = () => Promise.reject(new Error('The database does not answer.'));
    await change(row.id, new Date('2036-05-17T10:00:00.000Z'));
    await waitFor(failing.isClosed, { what: 'the stream closes' });
    sessions.find = find;
    assert.ok(![...stopped.events, ...failing.events].includes('end'));
    assert.match(test.reports.at(-1) ?? '', /A page could not be kept up to date: Error\./u);
  });

  /** The client answers no question about a job until `answer` is called. */
  function holdUpClient() {
    const getJob = test.client.getJob.bind(test.client);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const fetched: string[] = [];
    test.client.getJob = async (reference, options) => {
      fetched.push(reference);
      await answered;
      return await getJob(reference, options);
    };
    const release = (): void => {
      answer();
      test.client.getJob = getJob;
    };
    return { fetched, answer: () => answer(), release };
  }

  it('shows what the portal has kept of an open job, and asks the client for an ended one before its turn', async () => {
    const open = await test.sentJob(manager);
    const ended = await test.sentJob(manager);
    test.client.reject(ended.row.reference);
    const ofOpen = await streamOfJob(manager, open.path);
    const ofEnded = await streamOfJob(manager, ended.path);
    const client = holdUpClient();
    try {
      const waiting = await follow(manager, ofEnded);
      await waitFor(() => client.fetched.length > 0, { what: 'the portal calls the client' });
      const others = [await follow(manager, ofOpen), await follow(manager, '/waiting/live')];
      for (const stream of others) await hears(stream, 1);
      assert.deepEqual(waiting.events, []);
      client.answer();
      await hears(waiting, 1);
    } finally {
      client.release();
    }
    assert.deepEqual(new Set(client.fetched), new Set([ended.row.reference]));
  });

  it('has the client asked for few ended jobs at once, and once for all its copies that wait', async () => {
    const one = await test.browserOf('one@example.com');
    const two = await test.browserOf('two@example.com');
    const addresses: (readonly [TestBrowser, string])[] = [];
    for (let number = 0; number < 6; number += 1) {
      const { path, row } = await test.sentJob(manager);
      test.client.reject(row.reference);
      const browser = number < 5 ? one : two;
      addresses.push([browser, await streamOfJob(browser, path)]);
    }
    const { states } = test.portal;
    const refreshInTurn = states.refreshInTurn.bind(states);
    let asked = 0;
    // A stream whose opening took long asks again: that would be counted below.
    states.refreshInTurn = (job) => {
      asked += 1;
      return asked > 8 ? Promise.resolve(undefined) : refreshInTurn(job);
    };
    const client = holdUpClient();
    try {
      const last = addresses[5] ?? assert.fail();
      const opened: OpenStream[] = [];
      for (const [browser, address] of [...addresses, last, last])
        opened.push(await follow(browser, address));
      await waitFor(() => asked >= 8, { what: 'all pages want their state' });
      assert.equal(client.fetched.length, 5);
      client.answer();
      for (const stream of opened) await hears(stream, 1);
      assert.equal(client.fetched.length, 6);
    } finally {
      client.release();
      states.refreshInTurn = refreshInTurn;
    }
  });

  it('says that the state of its job cannot be fetched while that is so, whichever process of the portal tries', async function () {
    const { path, row } = await test.sentJob(manager);
    const stream = await follow(manager, await streamOfJob(manager, path));
    await hears(stream, 1);
    const warning = /The status cannot be fetched now/u;
    assert.doesNotMatch(stream.events[0] ?? '', warning);
    const { postgresql } = test;
    const other = await openPortalUnderTest(this, { postgresql });
    try {
      // The client of the other process knows no job.
      assert.equal(await other.portal.states.refresh(row), undefined);
    } finally {
      await other.close();
    }
    await hears(stream, 2);
    assert.match(stream.events[1] ?? '', warning);
    await test.portal.states.refresh(row);
    await hears(stream, 3);
    assert.doesNotMatch(stream.events[2] ?? '', warning);
  });

  it('no longer says that the state cannot be fetched when the job has ended, or was erased', async () => {
    const unavailable = new SigningError('TEMPORAL_UNAVAILABLE', 'No answer.');
    const { path, row } = await test.sentJob(manager);
    test.client.reject(row.reference);
    await test.portal.states.refresh(row);
    test.client.failNextCall(unavailable);
    await test.portal.states.refresh(row);
    assert.equal((await test.rowOf(path)).state_is_old, true);
    // An ended job is looked at again without waiting for a day, and not as often as an open one.
    const now = test.now();
    for (const [seconds, isOld] of [
      [50, true],
      [61, false],
    ] as const) {
      test.setNow(new Date(Number(now) + seconds * 1000));
      await test.portal.states.round();
      assert.equal((await test.rowOf(path)).state_is_old, isOld, `after ${seconds} s`);
    }
    test.setNow(now);
    for (const code of ['TEMPORAL_UNAVAILABLE', 'JOB_ERASED'] as const) {
      test.client.failNextCall(new SigningError(code, 'No answer.'));
      await test.portal.states.refresh(row);
    }
    assert.equal((await test.rowOf(path)).state_is_old, false);
  });

  it('cuts off a browser that does not read its last event', async () => {
    const { live } = test.portal.parts;
    const answer = live.answer.bind(live);
    let isRendered = false;
    let raw: ServerResponse | undefined;
    live.answer = (request, reply, page) => {
      ({ raw } = reply);
      const render = () => {
        isRendered = true;
        // More than the buffers of both ends hold.
        return Promise.resolve({ html: 'x'.repeat(20_000_000), status: '' });
      };
      return answer(request, reply, { ...page, render });
    };
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(`GET /waiting/live HTTP/1.1\r\nhost: ${host}\r\ncookie: ${manager.cookie}\r\n\r\n`);
    await waitFor(() => isRendered, { what: 'the page is sent' });
    live.answer = answer;
    live.close();
    const isCutOff = () => raw?.destroyed === true && !raw.writableFinished;
    await waitFor(isCutOff, { what: 'the connection ends' });
    socket.destroy();
  });

  it('does not keep the session from its end after an hour', async () => {
    const idle = await test.browserOf('idle@example.com');
    const began = test.now();
    const stream = await follow(idle, '/waiting/live');
    await hears(stream, 1);
    test.setNow(new Date(Number(began) + 59 * 60_000));
    await follow(idle, '/waiting/live');
    test.setNow(new Date(Number(began) + 61 * 60_000));
    await ends(stream);
    test.setNow(began);
  });

  it('has at most five streams of a session: a sixth ends the oldest', async () => {
    const many = await test.browserOf('many@example.com');
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () => follow(many, '/waiting/live')),
    );
    assert.ok(first !== undefined);
    for (const stream of [first, ...others]) await hears(stream, 1);
    const sixth = await follow(many, '/waiting/live');
    await hears(sixth, 1);
    const ended = await waitFor(() => [first, ...others].find((stream) => stream.events.includes('end')), {
      what: 'the oldest stream ends',
    });
    assert.equal([first, ...others].filter(({ events }) => events.includes('end')).length, 1);
    assert.ok(ended.isClosed() || ended.events.at(-1) === 'end');
  });

  it('has at most five streams of a session also when many are opened at once', async () => {
    const burst = await test.browserOf('burst@example.com');
    const opened = await Promise.all(Array.from({ length: 50 }, () => follow(burst, '/waiting/live')));
    await waitFor(() => opened.filter((stream) => stream.isClosed()).length === 45, {
      what: '45 of 50 streams end',
    });
  });

  it('of a job shows that job to those who opened its page, which the audit log says once', async () => {
    const { path, row } = await test.sentJob(manager);
    const other = await test.sentJob(manager);
    assert.equal((await manager.get(`${path}/live`)).statusCode, 403);
    const live = await streamOfJob(manager, path);
    const stream = await follow(manager, live);
    await hears(stream, 1);
    await change(other.row.id, new Date('2035-05-17T10:00:00.000Z'));
    const unseen = live.replace(row.id, other.row.id);
    assert.equal((await manager.get(unseen)).statusCode, 403);
    const refused = await follow(manager, unseen);
    await ends(refused);
    assert.deepEqual(refused.events, ['end']);
    test.client.sign(row.reference);
    await test.portal.states.refresh(row);
    await hears(stream, 2);
    assert.match(stream.events[1] ?? '', /Download everything as ZIP/u);
    const seen = (await test.actionsOf(row.id)).filter((action) => action === 'JOB_SEEN');
    assert.equal(seen.length, 1);
  });
});
