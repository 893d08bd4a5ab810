// The web site's routes and their access rules.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createExitUrlHandler, SigningError, type SigningClient } from '@signering/client';
import type { Agreements } from './agreements.js';
import { customerOf, logIn, type Customer } from './customers.js';
import { explain } from './explain.js';
import { agreementPage, htmlOf, logInPage, type Page } from './pages.js';
import { textsFor, type Texts } from './texts.js';

export interface SiteOptions {
  readonly client: SigningClient;
  readonly agreements: Agreements;
  readonly exitBaseUrl: string;
}

export function createSite({ client, agreements, exitBaseUrl }: SiteOptions): RequestListener {
  const takeBack = createExitUrlHandler({
    client,
    baseUrl: exitBaseUrl,
    onReturned: ({ reference, answer, response }) => {
      console.log(`${reference}: ${answer.outcome ?? 'goes on'}`);
      // The URL does not prove who the visitor is, and contains a token: redirect to a page that checks the session.
      redirect(response, '/agreement');
    },
    onError: ({ error, status, request, response }) => {
      // Only this browser has the token: it repeats the request until one succeeds.
      if (status === 503) response.setHeader('refresh', '10');
      showError(response, error, textsFor(request));
    },
  });
  return (request, response) => {
    void takeBack(request, response, () => {
      answer(request, response, agreements).catch((error: unknown) =>
        showError(response, error, textsFor(request)),
      );
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  agreements: Agreements,
): Promise<void> {
  const texts = textsFor(request);
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  if (route === 'GET /') {
    show(response, 200, texts, logInPage(texts));
    return;
  }
  if (route === 'POST /log-in') {
    const cookie = logIn(new URLSearchParams(await text(request)).get('customer'));
    if (cookie !== undefined) response.setHeader('set-cookie', cookie);
    redirect(response, cookie === undefined ? '/' : '/agreement');
    return;
  }
  const customer = customerOf(request);
  if (customer === undefined) redirect(response, '/');
  else await answerCustomer(route, customer, { response, agreements, texts });
}

interface Answering {
  readonly response: ServerResponse;
  readonly agreements: Agreements;
  readonly texts: Texts;
}

async function answerCustomer(
  route: string,
  customer: Customer,
  { response, agreements, texts }: Answering,
): Promise<void> {
  switch (route) {
    case 'GET /agreement':
      show(response, 200, texts, agreementPage(texts, customer, await agreements.find(customer)));
      return;
    // By POST: viewing or prefetching a page must not use up a redirect URL.
    case 'POST /sign':
      redirect(response, await agreements.sendOff(customer));
      return;
    case 'POST /begin-anew':
      await agreements.beginAnew(customer);
      redirect(response, '/agreement');
      return;
    case 'GET /agreement/signed.pdf': {
      const { mediaType, size, stream } = await agreements.signedCopy(customer);
      response.setHeader('content-disposition', 'attachment; filename="signed-agreement.pdf"');
      response.setHeader('cache-control', 'no-store');
      response.writeHead(200, { 'content-type': mediaType, 'content-length': size });
      // A browser that goes away closes the file.
      await pipeline(stream, response).catch((error: unknown) => console.error(error));
      return;
    }
    default:
      show(response, 404, texts, { title: texts.noSuchPage, body: `<p><a href="/">${texts.begin}</a></p>` });
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
}

function showError(response: ServerResponse, error: unknown, texts: Texts): void {
  // Code and message of a SigningError contain no personal data; the customer sees neither.
  console.error(error instanceof SigningError ? `${error.code}: ${error.message}` : error);
  const { status, ...page } = explain(error, texts);
  show(response, status, texts, page);
}

function show(response: ServerResponse, status: number, texts: Texts, page: Page): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(htmlOf(texts, page));
}
