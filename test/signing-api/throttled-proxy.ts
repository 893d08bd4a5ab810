import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen, portOf } from './test-service.js';

/** An HTTP proxy whose connections share one slow link towards the service. */
export interface ThrottledProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param bytesPerSecond what all connections together send to the service */
export async function startThrottledProxy(bytesPerSecond: number): Promise<ThrottledProxy> {
  let linkIsFreeAt = 0;
  const throttle = (from: Socket, to: Socket) => {
    from.on('data', (chunk: Buffer) => {
      from.pause();
      linkIsFreeAt = Math.max(linkIsFreeAt, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
      setTimeout(() => {
        if (to.writable) to.write(chunk);
        from.resume();
      }, linkIsFreeAt - performance.now());
    });
    from.on('end', () => to.end());
  };
  const server = createServer();
  server.on('connect', (request, socket: Socket) => {
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      throttle(socket, upstream);
      upstream.pipe(socket);
    });
    for (const one of [socket, upstream]) one.on('error', () => undefined);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
  });
  const stop = await listen(server);
  return { url: `http://127.0.0.1:${portOf(server)}`, stop };
}
