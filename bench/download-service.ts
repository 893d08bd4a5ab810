// An HTTPS server that answers every request with one document. Receives a ServedDocument, and sends its port.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What the server answers, and how it proves who it is. */
export interface ServedDocument {
  readonly key: string;
  readonly cert: string;
  /** Of the clients. */
  readonly ca: string;
  /** In base64. */
  readonly content: string;
}

process.once('disconnect', () => process.exit());
process.once('message', ({ content, ...tls }: ServedDocument) => {
  const document = Buffer.from(content, 'base64');
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (_, response) => {
    response.writeHead(200, { 'content-length': document.length }).end(document);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
