import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createExitUrlFetchHandler, createExitUrlHandler, SigningError } from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';
import { directJob } from '../../end-to-end/direct-jobs.js';
import { startWebSite } from './web-site.js';

describe('both handlers of exit URLs', () => {
  const client = new InMemorySigningClient();
  after(() => client.close());

  const signedOff = async (reference: string, baseUrl: string): Promise<string> => {
    const exitUrls = client.makeExitUrls({ baseUrl, reference });
    await client.startDirectJob(await directJob(reference, { exitUrls }));
    return client.sign(reference).exitUrl ?? '';
  };

  it('let a browser wait at least a second, also where the service says that it need not', async () => {
    const baseUrl = 'https://www.example.com/signing';
    const exitUrl = await signedOff('at-once', baseUrl);
    const takeBack = createExitUrlFetchHandler({ client, baseUrl, onReturned: () => new Response() });
    client.failNextCall(new SigningError('SERVICE_UNAVAILABLE', 'Away.', { retryAfterMs: 0 }));
    const { status, headers } = await takeBack(new Request(exitUrl));
    assert.deepEqual([status, headers.get('retry-after'), headers.get('refresh')], [503, '1', '1']);
  });

  it('take the absolute form of an address, as some proxies send it', async () => {
    const site = await startWebSite();
    const baseUrl = `${site.origin}/signing`;
    const exitUrl = await signedOff('absolute', baseUrl);
    const takeBack = createExitUrlHandler({
      client,
      baseUrl,
      onReturned: ({ response, answer }) => void response.end(answer.outcome),
    });
    site.answerWith((incoming, response) => void takeBack(incoming, response));
    const { hostname, port } = new URL(site.origin);
    const sent = request({ hostname, port, path: exitUrl }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 200);
    await site.close();
  });
});
