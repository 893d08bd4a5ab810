import { createServer, type RequestListener } from 'node:http';

/** A server of a web site, without anything on it yet. */
export interface WebSite {
  /** `http://127.0.0.1:54321`. */
  readonly origin: string;
  /** What answers from now on. */
  answerWith(listener: RequestListener): void;
  close(): Promise<void>;
}

/** Starts a server first, so that exit URLs can name its port. */
export async function startWebSite(): Promise<WebSite> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    answerWith: (listener) => {
      server.removeAllListeners('request');
      server.on('request', listener);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a site answers. */
export interface SiteAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Goes to an address as a browser does, but stays where it is when it is sent on. */
export async function goTo(url: string, init: RequestInit = {}): Promise<SiteAnswer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
