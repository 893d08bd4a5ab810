import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import {
  createExitUrlHandler,
  SigningClient,
  type ExitUrlHandler,
  type ExitUrlHandlerOptions,
} from '@signering/client';
import { startTestStack, type TestStack } from '../../fixtures/index.js';
import { goTo, startWebSite, type WebSite } from './web-site.js';

const BASE_URL = 'https://www.example.com/shop/signing';
const QUERY = 'reference=unused&status_query_token=a';

/** As Express hands requests to what is mounted with `app.use(mount, handler)`: cut, and whole in `originalUrl`. */
type ExpressRequest = IncomingMessage & { originalUrl?: string };

// The reference does not exist: the client's error shows that the request reached the handler.
describe('the handler of exit URLs, mounted', () => {
  let stack: TestStack;
  let client: SigningClient;
  let site: WebSite;
  let codes: string[];

  before(async () => {
    stack = await startTestStack();
    client = await SigningClient.connect({ env: stack.env });
    site = await startWebSite();
  });
  beforeEach(() => {
    codes = [];
  });
  after(async () => {
    await (site as WebSite | undefined)?.close();
    await (client as SigningClient | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  const handler = (options: Partial<ExitUrlHandlerOptions> = {}): ExitUrlHandler =>
    createExitUrlHandler({
      client,
      baseUrl: BASE_URL,
      onReturned: ({ response }) => {
        response.end();
      },
      onError: ({ code, status, response }) => {
        codes.push(code);
        response.writeHead(status).end('ours');
      },
      ...options,
    });

  it('works below a place at which Express cuts the address, and at its root', async () => {
    for (const mount of ['/shop/signing', '/shop', '']) {
      const takeBack = handler();
      site.answerWith((request: ExpressRequest, response: ServerResponse) => {
        request.originalUrl = request.url ?? '';
        request.url = request.originalUrl.slice(mount.length);
        void takeBack(request, response, () => response.writeHead(404).end('next'));
      });
      const ours = await goTo(`${site.origin}/shop/signing/completed?${QUERY}`);
      assert.deepEqual([ours.status, ours.text], [404, 'ours'], mount);
      assert.equal((await goTo(`${site.origin}/shop/other`)).text, 'next');
    }
    assert.deepEqual(codes, ['JOB_NOT_FOUND', 'JOB_NOT_FOUND', 'JOB_NOT_FOUND']);
  });

  it('works behind a proxy that takes a part of the path away', async () => {
    const takeBack = handler({ path: '/signing/' });
    site.answerWith((request, response) => void takeBack(request, response));
    assert.equal((await goTo(`${site.origin}/signing/rejected?${QUERY}`)).text, 'ours');
    assert.equal((await goTo(`${site.origin}/shop/signing/rejected?${QUERY}`)).status, 404);
    assert.deepEqual(codes, ['JOB_NOT_FOUND']);
  });

  describe('in Fastify', () => {
    let app: FastifyInstance;
    afterEach(() => app.close());

    it('works as a route under a prefix, for HEAD too', async () => {
      app = fastify();
      const takeBack = handler();
      await app.register(
        (shop, _options, done) => {
          shop.get('/signing/:exit', async (request, reply) => {
            reply.hijack();
            await takeBack(request.raw, reply.raw);
          });
          done();
        },
        { prefix: '/shop' },
      );
      const origin = await app.listen({ port: 0, host: '127.0.0.1' });
      const { status, headers, text } = await goTo(`${origin}/shop/signing/error?${QUERY}`);
      assert.deepEqual([status, text, headers.get('cache-control')], [404, 'ours', 'no-store']);
      assert.equal((await goTo(`${origin}/shop/signing/error?${QUERY}`, { method: 'HEAD' })).status, 200);
      assert.deepEqual(codes, ['JOB_NOT_FOUND']);
    });
  });
});
