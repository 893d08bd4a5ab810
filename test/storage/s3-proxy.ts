import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy does with a request; it forwards those that it is not told about. */
export interface ProxyRules {
  /** Not passed on: the connection breaks after the server has acted. */
  readonly loseAnswer?: (incoming: IncomingMessage) => boolean;
  /** Breaks the connection after the first bytes of the answer. */
  readonly breakAnswer?: (incoming: IncomingMessage) => boolean;
  /** Adds headers to the server's answer. */
  readonly answerHeaders?: (incoming: IncomingMessage) => Readonly<Record<string, string>>;
  /** Answers instead of the server. */
  readonly answer?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
}

/** A proxy before an S3 server. */
export interface S3Proxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts a proxy that forwards requests to an S3 server, except for what its rules say. */
export async function startS3Proxy(target: string, rules: ProxyRules): Promise<S3Proxy> {
  const server = createServer((incoming, outgoing) => {
    if (rules.answer?.(incoming, outgoing) === true) return;
    const { method, url: path, headers } = incoming;
    const forwarded = request(target, { method, path, headers }, (answer) => {
      if (rules.loseAnswer?.(incoming) === true) {
        answer.resume();
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...rules.answerHeaders?.(incoming) });
      if (rules.breakAnswer?.(incoming) === true) {
        answer.once('data', (chunk) => outgoing.write(chunk, () => outgoing.destroy()));
        return;
      }
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
