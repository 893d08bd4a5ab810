import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { ConfirmationUrl } from '@signering/schema';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { jobUrl, startTestService, type TestService } from '../test-service.js';

const GIGABYTE = 2 ** 30;
const CHUNK = Buffer.alloc(65_536, ' ');
/** An answer's limit, what the buffers of both sides hold, and room: nothing beside a gigabyte. */
const MOST_SENT = 16 * 2 ** 20;

/** Sends a gigabyte, as fast as it is taken; gives the number of bytes that went out before the reader had enough. */
async function sendGigabyte(response: ServerResponse, start: string): Promise<number> {
  let sent = 0;
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  response.write(start);
  while (sent < GIGABYTE && !response.destroyed) {
    sent += CHUNK.length;
    if (!response.write(CHUNK)) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end();
  await finished(response).catch(() => undefined);
  return sent;
}

describe('a gigabyte of answer', () => {
  let service: TestService;
  before(async () => {
    service = await startTestService();
  });
  after(() => service.stop());

  const poll = () => service.api.portal.fetchStatusChange({ organizationNumber: SENDER_ORGANIZATION });
  const confirm = () =>
    service.api.portal.confirmStatusChange(jobUrl(service.root, 'complete') as ConfirmationUrl);

  /** Answers the next call with a gigabyte; what is returned ends with the sending. */
  function answerWith(status: number, headers: Record<string, string | number> = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      service.answer = (response) => {
        response.writeHead(status, { 'content-type': 'application/xml', ...headers });
        sendGigabyte(response, '<error xmlns="http://signering.posten.no/schema/v1"><error-code>').then(
          resolve,
          reject,
        );
      };
    });
  }

  const CASES = [
    ['to a poll is UNREADABLE_RESPONSE', 200, poll, 'UNREADABLE_RESPONSE'],
    [
      'to a create is CREATE_OUTCOME_UNKNOWN',
      200,
      () => service.api.portal.createSignatureJob(newPortalJob()),
      'CREATE_OUTCOME_UNKNOWN',
    ],
    ['that is an error is classified by its status', 403, poll, 'REQUEST_REFUSED'],
    ['that is a fault of the service is classified by its status', 500, confirm, 'SERVICE_UNAVAILABLE'],
  ] as const;

  for (const [what, status, call, code] of CASES) {
    for (const [how, headers] of [
      ['announced', { 'content-length': GIGABYTE }],
      ['in chunks', {}],
    ] as const) {
      it(`${what}, ${how}, and hardly any of it is read`, async () => {
        const before = process.memoryUsage().rss;
        const sending = answerWith(status, headers);
        await assert.rejects(call(), { code });
        const sent = await sending;
        assert.ok(sent < MOST_SENT, `${sent} bytes went out`);
        const grown = process.memoryUsage().rss - before;
        // When memory is returned is up to the engine.
        assert.ok(grown < GIGABYTE / 2, `the process grew by ${grown} bytes`);
      });
    }
  }

  // The call ends before the response does: the client must not read a response without an end.
  it('where only its status matters does not keep the connection busy', async () => {
    const sending = answerWith(200);
    await confirm();
    const sent = await sending;
    assert.ok(sent < MOST_SENT, `${sent} bytes went out`);
  });
});
