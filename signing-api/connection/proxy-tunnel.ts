import type { Duplex } from 'node:stream';
import { Client } from 'undici';
import { errorCodeOf } from '@signering/schema';
import { ConnectionFailure } from './connection-failure.js';

/** An HTTP proxy, with what it wants to know. */
export interface Proxy {
  /** Without credentials. */
  readonly url: URL;
  /** `Proxy-Authorization`, where the proxy asks for it. */
  readonly authorization?: string;
}

/** Where a tunnel leads. */
export interface TunnelOptions {
  readonly proxy: Proxy;
  readonly host: string;
  readonly port: number;
  /** Until the proxy has answered, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Reads a proxy's URL, in which user and password may stand, percent-encoded.
 * @returns undefined when it is no http or https URL of a host alone
 */
export function readProxy(text: string): Proxy | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  let credentials: string;
  try {
    credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    return undefined;
  }
  url.username = '';
  url.password = '';
  if (credentials === ':') return { url };
  return { url, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * Has the proxy connect us to a host: what then goes through is TLS with the service itself, which the proxy cannot
 * read. @throws ConnectionFailure; its message names neither user nor password
 */
export async function openTunnel({ proxy, host, port, timeoutMs }: TunnelOptions): Promise<Duplex> {
  const client = new Client(proxy.url, { connectTimeout: timeoutMs, headersTimeout: timeoutMs });
  // Connection and answer together: each has its own time besides, which would add up.
  const signal = AbortSignal.timeout(timeoutMs);
  let answer;
  try {
    answer = await client.connect({
      signal,
      path: `${host}:${port}`,
      headers: {
        host: `${host}:${port}`,
        ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
      },
    });
  } catch (cause) {
    void client.destroy();
    if (signal.aborted) {
      throw new ConnectionFailure('TIMEOUT', `the proxy did not answer within ${timeoutMs} ms`, { cause });
    }
    const code = errorCodeOf(cause) ?? 'no code';
    throw new ConnectionFailure('UNREACHABLE', `the proxy could not be reached (${code})`, { cause });
  }
  const { statusCode, socket } = answer;
  // TLS reports its own error when the tunnel breaks.
  socket.on('error', () => undefined);
  if (statusCode === 200) return socket;
  socket.destroy();
  if (statusCode >= 500) {
    throw new ConnectionFailure('UNREACHABLE', `the proxy could not reach the service (HTTP ${statusCode})`);
  }
  throw new ConnectionFailure('PROXY_REFUSED', `the proxy refused (HTTP ${statusCode})`);
}
