import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createExitUrlHandler,
  SigningClient,
  type ExitUrlHandlerFailure,
  type ExitUrlHandlerOptions,
  type ExitUrlHandlerReturn,
} from '@signering/client';
import { createdDirectJob, directJob, visit, type CeremonyEnd } from '../../end-to-end/direct-jobs.js';
import { portalJob } from '../../end-to-end/portal-jobs.js';
import { evidenceOf } from '../../end-to-end/sandbox-evidence.js';
import { formatKeys, generateKey } from '@signering/encryption';
import { startTestStack, type TestStack } from '../../fixtures/index.js';
import { goTo, startWebSite, type WebSite } from './web-site.js';

const NO_PERSON = [
  ['a HEAD request', { method: 'HEAD' }, 200],
  ['prefetching', { headers: { 'sec-purpose': 'prefetch;prerender' } }, 503],
  ['prefetching in the older way', { headers: { purpose: 'prefetch' } }, 503],
  ['a POST request', { method: 'POST' }, 405],
] as const;

describe('the handler of exit URLs', () => {
  let stack: TestStack;
  let client: SigningClient;
  let rotatedKeys: string;
  let site: WebSite;
  let baseUrl: string;
  let returned: ExitUrlHandlerReturn[];
  let errors: ExitUrlHandlerFailure[];

  before(async () => {
    stack = await startTestStack();
    const nextKey = formatKeys([generateKey('test-2')]);
    const currentKey = stack.env['SIGNERING_KEYS'] ?? '';
    rotatedKeys = `${nextKey},${currentKey}`;
    await stack.startWorker({ SIGNERING_KEYS: `${currentKey},${nextKey}` });
    client = await SigningClient.connect({ env: stack.env });
    site = await startWebSite();
    baseUrl = `${site.origin}/signing`;
  });
  beforeEach(() => {
    returned = [];
    errors = [];
    takeBack();
  });
  after(async () => {
    await (site as WebSite | undefined)?.close();
    await (client as SigningClient | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  /** Puts the handler on the site; what is not said is as a site would have it. */
  function takeBack(
    options: Partial<ExitUrlHandlerOptions> = {},
    next?: (response: ServerResponse, error: unknown) => void,
  ): void {
    const handler = createExitUrlHandler({
      client,
      baseUrl,
      onReturned: (browser) => {
        returned.push(browser);
        browser.response.writeHead(303, { location: '/agreement' }).end();
      },
      ...options,
    });
    const listen = (request: IncomingMessage, response: ServerResponse): void => {
      void handler(
        request,
        response,
        next &&
          ((error) => {
            next(response, error);
          }),
      );
    };
    site.answerWith(listen);
  }
  const start = async (reference: string) => {
    const request = await directJob(reference, { exitUrls: client.makeExitUrls({ baseUrl, reference }) });
    return createdDirectJob(client, request);
  };
  const signedOff = async (reference: string, end: CeremonyEnd = 'sign') => {
    const { signatureJobId, redirects } = await start(reference);
    return { signatureJobId, ...(await visit(redirects[0]!.redirectUrl, end)) };
  };
  const questions = async (signatureJobId: string): Promise<number> => {
    const { ledger } = await evidenceOf(stack.admin, signatureJobId);
    return ledger.filter(({ operation }) => operation === 'fetchStatus').length;
  };

  it('hands the site the reference, the way back and what the service says, and keeps the token out of caches', async () => {
    const reference = 'loan/17 #2:a';
    const { exitUrl, signatureJobId } = await signedOff(reference);
    const { status, headers } = await goTo(exitUrl);
    assert.equal(status, 303);
    assert.equal(headers.get('location'), '/agreement');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    const [browser] = returned;
    assert.deepEqual(
      [browser?.reference, browser?.exit, browser?.answer.signatureJobId, browser?.answer.outcome],
      [reference, 'COMPLETED', signatureJobId, 'SIGNED'],
    );
  });

  it('tells what the service says, whichever exit URL was typed', async () => {
    const { token } = await signedOff('declined', 'reject');
    const { completionUrl } = client.makeExitUrls({ baseUrl, reference: 'declined' });
    await goTo(`${completionUrl}&status_query_token=${token}`);
    assert.deepEqual([returned[0]?.exit, returned[0]?.answer.outcome], ['COMPLETED', 'REJECTED']);
  });

  it('tells the same at each reload, also when the job has ended long since', async () => {
    const { exitUrl } = await signedOff('reloaded');
    await goTo(exitUrl);
    await goTo(exitUrl);
    await client.waitForResult('reloaded');
    await goTo(exitUrl);
    assert.deepEqual(
      returned.map(({ answer }) => answer.outcome),
      ['SIGNED', 'SIGNED', 'SIGNED'],
    );
  });

  it('ignores requests that are not a person’s visit, and still accepts the person', async () => {
    const { exitUrl, signatureJobId } = await signedOff('prefetched');
    for (const [name, init, expected] of NO_PERSON) {
      const { status, headers } = await goTo(exitUrl, init);
      assert.equal(status, expected, name);
      assert.equal(headers.get('cache-control'), 'no-store', name);
    }
    assert.deepEqual([returned.length, await questions(signatureJobId)], [0, 0]);
    await goTo(exitUrl);
    assert.equal(returned[0]?.answer.outcome, 'SIGNED');
  });

  it('says with a plain page and the fitting status that a visit is none, and repeats nothing of it', async () => {
    await start('nobody-came');
    await client.startPortalJob(await portalJob('by-email'));
    const { token } = await signedOff('somebody-came');
    const wrong = [
      ['reference=nobody-came', 400],
      ['reference=nobody-came&status_query_token=', 400],
      [`reference=nobody-came&status_query_token=a&status_query_token=b`, 400],
      ['status_query_token=%3Cscript%3E', 400],
      ['reference=%3Cscript%3E&status_query_token=a', 400],
      ['reference=somebody-came&status_query_token=%3Cscript%3E', 400],
      [`reference=nobody-came&status_query_token=${token}`, 400],
      ['reference=unused&status_query_token=a', 404],
      ['reference=by-email&status_query_token=a', 404],
    ] as const;
    for (const [query, expected] of wrong) {
      const { status, headers, text } = await goTo(`${baseUrl}/completed?${query}`);
      assert.equal(status, expected, query);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/u);
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.doesNotMatch(text, /script|nobody|somebody|by-email/u);
    }
    assert.equal(returned.length, 0);
  });

  it('tells the site the code, the status that fits, and the reference where there is one', async () => {
    takeBack({
      onError: (error) => {
        errors.push(error);
        error.response.writeHead(302, { location: '/sorry' }).end();
      },
    });
    const { headers } = await goTo(`${baseUrl}/rejected?reference=unused&status_query_token=secret`);
    await goTo(`${baseUrl}/error?reference=a%00&status_query_token=secret`);
    assert.equal(headers.get('location'), '/sorry');
    assert.deepEqual(
      errors.map(({ code, status, exit, reference }) => [code, status, exit, reference]),
      [
        ['JOB_NOT_FOUND', 404, 'REJECTED', 'unused'],
        ['INVALID_REQUEST', 400, 'ERROR', undefined],
      ],
    );
    for (const { error } of errors) assert.doesNotMatch(error.message, /secret/u);
  });

  it('has the browser come again while the service is away, and tells the outcome then', async () => {
    const { exitUrl } = await signedOff('service-away');
    await stack.sandbox().kill9();
    const { status, headers, text } = await goTo(exitUrl);
    await stack.restartSandbox();
    assert.deepEqual([status, headers.get('retry-after'), headers.get('refresh')], [503, '10', '10']);
    assert.match(
      text,
      /<html lang="nb">.*Den prøver igjen av seg selv.*<section lang="en">.*tries again by itself/u,
    );
    assert.equal((await goTo(exitUrl)).status, 303);
    assert.equal(returned[0]?.answer.outcome, 'SIGNED');
  });

  it('refuses the proof of another reference, organisation or exit before it asks anything', async () => {
    const { exitUrl, signatureJobId, token } = await signedOff('proved');
    const other = client.forSender('984661185').makeExitUrls({ baseUrl, reference: 'proved' });
    const wrong = [
      exitUrl.replace('/completed?', '/error?'),
      exitUrl.replace('reference=proved', 'reference=proved-2'),
      `${other.completionUrl}&status_query_token=${token}`,
      exitUrl.replace(/exit_proof=[\w-]+/u, 'exit_proof='),
      exitUrl.replace(/exit_proof=[\w-]+/u, `exit_proof=${'A'.repeat(22)}`),
      `${exitUrl}&exit_proof=${'A'.repeat(22)}`,
    ];
    for (const url of wrong) assert.equal((await goTo(url)).status, 400, url);
    assert.deepEqual([returned.length, await questions(signatureJobId)], [0, 0]);
    assert.equal((await goTo(exitUrl)).status, 303);
  });

  it('accepts exit URLs without a proof until the date in the settings', async () => {
    const { exitUrl } = await signedOff('without-proof');
    const unproved = exitUrl.replace(/&exit_proof=[\w-]+/u, '');
    const env = { ...stack.env, SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL: '2026-01-31' };
    const strict = await SigningClient.connect({ env });
    takeBack({ client: strict });
    assert.equal((await goTo(unproved)).status, 400);
    assert.equal((await goTo(exitUrl)).status, 303);
    takeBack();
    assert.equal((await goTo(unproved)).status, 303);
    await strict.close();
  });

  it('takes the same order and the older exit URLs after a key rotation', async () => {
    const reference = 'rotated';
    const request = await directJob(reference, { exitUrls: client.makeExitUrls({ baseUrl, reference }) });
    const { redirects } = await createdDirectJob(client, request);
    const rotated = await SigningClient.connect({ env: { ...stack.env, SIGNERING_KEYS: rotatedKeys } });
    const exitUrls = rotated.makeExitUrls({ baseUrl, reference });
    assert.notDeepEqual(exitUrls, request.exitUrls);
    assert.equal((await rotated.startDirectJob({ ...request, exitUrls })).existing, true);
    const { exitUrl } = await visit(redirects[0]!.redirectUrl, 'sign');
    takeBack({ client: rotated });
    assert.equal((await goTo(exitUrl)).status, 303);
    assert.equal(returned[0]?.answer.outcome, 'SIGNED');
    await rotated.close();
  });

  it('gives other addresses to the next handler, and says 404 where there is none', async () => {
    const other = `${site.origin}/signing/other?reference=a&status_query_token=b`;
    assert.equal((await goTo(other)).status, 404);
    takeBack({}, (response, error) => response.writeHead(error === undefined ? 200 : 500).end('the next'));
    assert.deepEqual(await goTo(other).then(({ status, text }) => [status, text]), [200, 'the next']);
    assert.deepEqual(errors, []);
  });

  it("gives what the site's own callback throws to the next handler, or says 500 with a process warning", async () => {
    const { exitUrl } = await signedOff('broken-site');
    const mistake = new Error('The site has a mistake.');
    const onReturned = (): Promise<never> => Promise.reject(mistake);
    let given: unknown;
    takeBack({ onReturned }, (response, error) => {
      given = error;
      response.writeHead(500).end('the next');
    });
    assert.equal((await goTo(exitUrl)).text, 'the next');
    assert.equal(given, mistake);
    takeBack({ onReturned });
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const { status, text } = await goTo(exitUrl);
    assert.equal(status, 500);
    assert.doesNotMatch(text, /mistake/u);
    assert.equal(await warned, mistake);
  });

  it('refuses a base URL that no browser can come to', () => {
    assert.throws(() => takeBack({ baseUrl: '/signing' }), { code: 'INVALID_REQUEST' });
  });
});
