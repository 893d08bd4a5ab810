import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExitUrls } from '@signering/schema';

/** A sender's web site that takes browsers back, on another origin than the sandbox's pages. */
export interface SenderWebSite {
  readonly exitUrls: ExitUrls;
  /** The paths and queries at which browsers came back. */
  readonly visits: readonly string[];
  close(): Promise<void>;
}

export async function startSenderWebSite(): Promise<SenderWebSite> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    const { url = '/' } = request;
    // Sends browsers on once more, as sites with a separate log-in do.
    if (url.startsWith('/exit/')) {
      visits.push(url);
      response.writeHead(303, { location: `http://localhost:${port()}/welcome-back` }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><html lang="en"><title>Sender</title><h1>Welcome back</h1></html>');
  });
  const port = (): number => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const root = `http://127.0.0.1:${port()}/exit`;
  return {
    exitUrls: {
      completionUrl: `${root}/done?kept=1`,
      rejectionUrl: `${root}/rejected`,
      errorUrl: `${root}/failed`,
    },
    visits,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
