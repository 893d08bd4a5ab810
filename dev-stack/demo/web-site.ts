import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExitUrlHandler } from '@signering/client';
import type { ExitUrls } from '@signering/schema';
import type { SigningDesk } from './signing-desk.js';
import { returnedPage, startPage, troublePage } from './web-site-pages.js';

/** The argument of {@link startDemoWebSite}. */
export interface DemoWebSiteOptions {
  readonly desk: SigningDesk;
  readonly reference: string;
  /** Number of signers. */
  readonly signers: number;
}

/** The sender's web site: redirects signers to the service and receives them afterwards. */
export interface DemoWebSite {
  readonly url: string;
  readonly exitUrls: ExitUrls;
  /** The redirect URL behind a signer's button. */
  signUrl(signer: number): string;
  close(): Promise<void>;
}

/** Starts the web site on the loopback address. */
export async function startDemoWebSite(options: DemoWebSiteOptions): Promise<DemoWebSite> {
  const { desk, reference } = options;
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = `${url}/signing`;
  const takeBack = createExitUrlHandler({
    client: desk,
    baseUrl,
    onReturned: ({ answer, response }) => reply(response, 200, returnedPage(answer)),
    onError: ({ error, status, response }) => {
      desk.trouble(error);
      reply(response, status, troublePage(error.message));
    },
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void takeBack(request, response, () => void sendOff(request, response, options));
  });
  return {
    url,
    exitUrls: desk.makeExitUrls({ baseUrl, reference }),
    signUrl: (signer) => `${url}/sign/${signer}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Serves the start page and handles its buttons. */
async function sendOff(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { desk, signers }: DemoWebSiteOptions,
): Promise<void> {
  const [, signer] = /^\/sign\/(\d+)$/u.exec(url) ?? [];
  if (url === '/') {
    reply(response, 200, startPage(signers));
    return;
  }
  if (signer === undefined || method !== 'POST') {
    reply(response, 404, troublePage('This page does not exist.'));
    return;
  }
  try {
    const location = await desk.redirectUrlFor(Number(signer));
    response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
  } catch (error) {
    desk.trouble(error);
    reply(response, 502, troublePage(error instanceof Error ? error.message : 'Unknown error.'));
  }
}

function reply(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}
