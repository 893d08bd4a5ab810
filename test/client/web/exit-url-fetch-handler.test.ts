import assert from 'node:assert/strict';
import {
  createExitUrlFetchHandler,
  InvalidInputError,
  SigningClient,
  type ExitUrlFetchHandlerOptions,
} from '@signering/client';
import { createdDirectJob, directJob, visit, type CeremonyEnd } from '../../end-to-end/direct-jobs.js';
import { startTestStack, type TestStack } from '../../fixtures/index.js';
import { goTo, startWebSite } from './web-site.js';

const BASE_URL = 'https://www.example.com/signing';
/** A process hands in at most so many wrong tokens at once. */
const BUDGET = 20;

describe('the handler of exit URLs for the Fetch standard', () => {
  let stack: TestStack;
  let client: SigningClient;

  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
  });
  after(async () => {
    await (client as SigningClient | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  const handler = (options: Partial<ExitUrlFetchHandlerOptions> = {}) =>
    createExitUrlFetchHandler({
      client,
      baseUrl: BASE_URL,
      onReturned: ({ reference, exit, answer }) =>
        Response.redirect(`${BASE_URL}/../agreement?${reference}/${exit}/${answer.outcome ?? ''}`, 303),
      ...options,
    });
  const signedOff = async (reference: string, end: CeremonyEnd = 'sign') => {
    const exitUrls = client.makeExitUrls({ baseUrl: BASE_URL, reference });
    const request = await directJob(reference, { exitUrls });
    const { redirects } = await createdDirectJob(client, request);
    return visit(redirects[0]!.redirectUrl, end);
  };

  it('hands the site what the service says, at each reload, and keeps the token out of caches', async () => {
    const { exitUrl } = await signedOff('signed');
    const takeBack = handler();
    for (const _ of ['first', 'reload']) {
      const { status, headers } = await takeBack(new Request(exitUrl));
      assert.equal(status, 303);
      assert.equal(headers.get('location'), 'https://www.example.com/agreement?signed/COMPLETED/SIGNED');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
    }
  });

  it('names the callback that returns no response, or one without a status', async () => {
    const { exitUrl } = await signedOff('no-response');
    for (const answer of [undefined as unknown as Response, Response.error()]) {
      const failing = new Request(`${BASE_URL}/completed?reference=other&status_query_token=x`);
      for (const [path, answered] of [
        ['onReturned', handler({ onReturned: () => answer })(new Request(exitUrl))],
        ['onError', handler({ onError: () => answer })(failing)],
      ] as const) {
        await assert.rejects(answered, (error) => {
          assert.ok(error instanceof InvalidInputError, String(error));
          assert.deepEqual(
            error.problems.map((problem) => problem.path),
            [path],
          );
          return true;
        });
      }
    }
  });

  it('keeps the cookies of the site, and the headers that it sets itself', async () => {
    const { exitUrl } = await signedOff('cookies', 'reject');
    const headers = new Headers({ 'referrer-policy': 'same-origin' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const takeBack = handler({ onReturned: ({ answer }) => new Response(answer.outcome, { headers }) });
    const response = await takeBack(new Request(exitUrl));
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
    assert.equal(response.headers.get('referrer-policy'), 'same-origin');
    assert.equal(await response.text(), 'REJECTED');
  });

  it('asks nothing for a request that is not a person’s visit, nor for a wrong proof', async () => {
    const asked: string[] = [];
    const takeBack = handler({
      client: {
        checkExitUrl: (visited) => client.checkExitUrl(visited),
        signerReturned: (reference) => {
          asked.push(reference);
          return Promise.reject(new Error('This call must not be made.'));
        },
      },
    });
    const { completionUrl } = client.makeExitUrls({ baseUrl: BASE_URL, reference: 'any' });
    const url = `${completionUrl}&status_query_token=a`;
    const answers = [
      [new Request(url, { method: 'HEAD' }), 200],
      [new Request(url, { method: 'POST' }), 405],
      [new Request(url, { headers: { 'sec-purpose': 'prefetch' } }), 503],
      [new Request(url.replace('/completed?', '/error?')), 400],
      [new Request(`${BASE_URL}/completed?reference=any`), 400],
    ] as const;
    for (const [request, expected] of answers) {
      const { status, headers } = await takeBack(request);
      assert.equal(status, expected);
      assert.equal(headers.get('cache-control'), 'no-store');
    }
    assert.equal((await takeBack(new Request(`${BASE_URL}/other`))).status, 404);
    assert.deepEqual(asked, []);
  });

  it('gives onError code, status, exit and reference, and rejects with what a callback throws', async () => {
    const unknown = new Request(`${BASE_URL}/rejected?reference=unused&status_query_token=secret`);
    const takeBack = handler({
      onError: ({ code, status, exit, reference, error }) => {
        assert.doesNotMatch(error.message, /secret/u);
        return Response.json({ code, exit, reference }, { status });
      },
    });
    const response = await takeBack(unknown);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.deepEqual(await response.json(), { code: 'JOB_NOT_FOUND', exit: 'REJECTED', reference: 'unused' });
    const mistake = new Error('The site has a mistake.');
    const broken = handler({ onError: () => Promise.reject(mistake) });
    await assert.rejects(broken(unknown), (error) => error === mistake);
  });

  it('answers 503 with Retry-After after a flood of wrong tokens without a proof, and still accepts a proof', async () => {
    const { exitUrl } = await signedOff('flooded');
    const takeBack = handler();
    const wrong = Array.from({ length: BUDGET + 2 }, (_, count) => {
      const url = `${BASE_URL}/completed?reference=unused-${count}&status_query_token=a`;
      return takeBack(new Request(url));
    });
    // At once: the budget refills with time.
    const answers = await Promise.all(wrong);
    for (const { headers } of answers.filter(({ status }) => status === 503)) {
      assert.ok(Number(headers.get('retry-after')) > 0 && headers.has('refresh'));
    }
    const statuses = answers.map(({ status }) => status);
    assert.ok(statuses.includes(404) && statuses.includes(503), statuses.join(' '));
    assert.equal((await takeBack(new Request(exitUrl))).status, 303);
  });

  it('serves a browser through node:http', async () => {
    const { exitUrl } = await signedOff('over-http');
    const takeBack = handler();
    const site = await startWebSite();
    try {
      site.answerWith((request, response) => {
        void takeBack(new Request(`${site.origin}${request.url ?? ''}`)).then(async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          response.end(await answer.text());
        });
      });
      const { pathname, search } = new URL(exitUrl);
      const { status, headers } = await goTo(`${site.origin}${pathname}${search}`);
      assert.equal(status, 303);
      assert.match(headers.get('location') ?? '', /over-http\/COMPLETED\/SIGNED$/u);
    } finally {
      await site.close();
    }
  });
});
