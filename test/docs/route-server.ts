// Serves docs/examples/integrations/next-route.ts as Next.js does: `Request` in, `Response` out.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { GET, POST } from '../../docs/examples/integrations/next-route.js';

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const { method = 'GET', headers, url = '/' } = incoming;
    const address = new URL(url, process.env['BASE_URL']);
    const contentType = headers['content-type'] ?? 'text/plain';
    const response =
      method === 'POST'
        ? await POST(
            new Request(address, {
              method,
              headers: { 'content-type': contentType },
              body: await text(incoming),
            }),
          )
        : await GET(new Request(address, { method }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`Listens on port ${typeof address === 'object' ? (address?.port ?? '') : ''}.`);
});
process.once('SIGTERM', () => process.exit());
