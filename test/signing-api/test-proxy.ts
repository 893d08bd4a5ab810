import { createServer } from 'node:http';
import { connect } from 'node:net';
import { listen, portOf } from './test-service.js';

const USER = 'kari:nordmann';
export const PROXY_PASSWORD = 'p@ss/word:with colons';
const RIGHT = `Basic ${Buffer.from(`kari%3Anordmann:${PROXY_PASSWORD}`).toString('base64')}`;

/** A proxy that connects clients with the right credentials. */
export interface TestProxy {
  readonly port: number;
  /** Requested targets, `host:port`. */
  readonly targets: readonly string[];
  stop(): Promise<void>;
}

export async function startTestProxy(): Promise<TestProxy> {
  const targets: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    socket.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== RIGHT) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n');
      return;
    }
    targets.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
  });
  const stop = await listen(server);
  return { targets, stop, port: portOf(server) };
}

/** The proxy as an option or setting says it. */
export function proxyUrl({
  port,
  password = PROXY_PASSWORD,
}: {
  readonly port: number;
  readonly password?: string;
}): string {
  const user = encodeURIComponent(USER).replace('%3A', '%253A');
  return `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
}
