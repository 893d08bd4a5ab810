import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { TemporalConnection } from '@signering/client/internal/temporal-connection.js';
import { waitFor } from '../fixtures/index.js';

/** The empty message of gRPC: not compressed, no bytes. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** Answers the first call, which the connection is made with, and no other one. */
async function startSilentServer() {
  const timeouts: string[] = [];
  const server = createServer();
  let connected = false;
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    if (connected) {
      timeouts.push(String(headers['grpc-timeout']));
      return;
    }
    connected = true;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_MESSAGE);
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeouts,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

/** Spec: gRPC over HTTP2, grpc-timeout: a number and a unit. */
function millisecondsOf(timeout: string): number {
  const [, amount, unit] = /^([0-9]+)([HMSmun])$/u.exec(timeout) ?? [];
  const factors: Readonly<Record<string, number>> = { H: 3.6e6, M: 6e4, S: 1e3, m: 1, u: 1e-3, n: 1e-6 };
  return Number(amount) * (factors[unit ?? ''] ?? NaN);
}

describe('the deadline of a call', () => {
  it('is passed on to Temporal, is shared by the calls of one action, and ends each of them', async () => {
    const server = await startSilentServer();
    const temporal = await TemporalConnection.open({
      settings: { connection: { address: server.address }, namespace: 'default' },
      dataConverter: {},
      callTimeoutMs: 6_000,
      connectTimeoutMs: 30_000,
    });
    const unavailable = { code: 'TEMPORAL_UNAVAILABLE', retryable: true, message: /does not answer/u };
    const ask = () => temporal.call(({ workflowService }) => workflowService.getSystemInfo({}));
    try {
      await assert.rejects(ask(), unavailable);
      await assert.rejects(
        temporal.within(() => Promise.allSettled([ask(), ask()]).then(ask), 3_000),
        unavailable,
      );
      const [alone = NaN, ...together] = server.timeouts.map(millisecondsOf);
      assert.ok(alone > 3_000 && alone <= 6_000, String(alone));
      // The third call of the action has no time left; a timer that is early leaves it a millisecond.
      const inTime = together.filter((timeout) => timeout > 5);
      assert.equal(inTime.length, 2, String(together));
      assert.ok(
        together.every((timeout) => timeout <= 3_000),
        String(together),
      );
    } finally {
      await temporal.close();
      server.close();
    }
  });

  it('is far away for Temporal where a call waits for news: near it, Temporal answers each poll at once', async () => {
    const server = await startSilentServer();
    const temporal = await TemporalConnection.open({
      settings: { connection: { address: server.address }, namespace: 'default' },
      dataConverter: {},
      callTimeoutMs: 30_000,
    });
    const stop = new AbortController();
    try {
      const waiting = temporal.bounded({ signal: stop.signal }, () =>
        temporal.wait(({ workflowService }) => workflowService.getSystemInfo({})),
      );
      await waitFor(() => Promise.resolve(server.timeouts[0]), { what: 'the call has arrived' });
      stop.abort(new Error('stopped'));
      await assert.rejects(waiting, /stopped/u);
      // The connection itself waits for 30 seconds.
      assert.ok(millisecondsOf(server.timeouts[0] ?? '') > 45_000, server.timeouts[0]);
    } finally {
      await temporal.close();
      server.close();
    }
  });
});
