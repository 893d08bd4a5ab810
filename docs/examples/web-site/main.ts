// A web site in which customers sign an agreement: log in, press Sign, sign at Posten signering, come back, download.
// With `npm start` running:
//   node --env-file=.signering/dev.env dist/docs/examples/web-site/main.js contract.pdf
import { createServer } from 'node:http';
import { SigningClient } from '@signering/client';
import { Agreements } from './agreements.js';
import { createSite } from './site.js';

const [file = 'agreement.pdf'] = process.argv.slice(2);
const wantedPort = Number(process.env['PORT'] ?? 3000);

// Reads the settings from the environment and from .env; needs neither certificate nor XML.
const client = await SigningClient.connect();
const server = createServer();
await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : wantedPort;

// Where browsers find the site; behind a proxy this is the proxy's address, with https.
const baseUrl = process.env['BASE_URL'] ?? `http://localhost:${port}`;
const agreements = new Agreements({ client, file, exitBaseUrl: `${baseUrl}/signing` });
server.on('request', createSite({ client, agreements, exitBaseUrl: `${baseUrl}/signing` }));
console.log(`Open ${baseUrl}/ and log in as one of the made-up customers. Ctrl-C ends it.`);

const end = (): void => {
  server.close(() => void client.close());
  server.closeAllConnections();
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
