import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainPageOf, writeAnswer } from '@signering/client/internal/web/plain-page.js';

describe('the plain page of the handler of exit URLs', () => {
  it('says in Norwegian and in English what to do, for each status', async () => {
    const server = createServer((request, response) =>
      writeAnswer(response, plainPageOf(Number(request.url?.slice(1)))),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const titles = new Set<string>();
      for (const status of [400, 404, 405, 500, 502, 503]) {
        const answer = await fetch(`http://127.0.0.1:${port}/${status}`);
        assert.equal(answer.status, status);
        const [, norwegian = '', english = ''] =
          /<html lang="nb">.*<h1>([^<]+)<\/h1><p>[^<]+\.<\/p><section lang="en"><h2>([^<]+)<\/h2><p>[^<]+\.<\/p>/u.exec(
            await answer.text(),
          ) ?? [];
        titles.add(norwegian).add(english);
      }
      assert.equal(titles.size, 12, [...titles].join(', '));
      assert.ok(!titles.has(''));
    } finally {
      server.close();
    }
  });
});
