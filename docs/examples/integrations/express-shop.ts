// A shop on Express whose customers sign their orders in the shop (direct flow). With `npm start` running:
//   node --env-file=.signering/dev.env dist/docs/examples/integrations/express-shop.js contract.pdf
//   curl -i -X POST http://localhost:3000/orders/17/sign
import { createExitUrlHandler, SigningClient, SigningError } from '@signering/client';
import express, { type NextFunction, type Request, type Response } from 'express';

const [file = 'contract.pdf'] = process.argv.slice(2);
const port = Number(process.env['PORT'] ?? 3000);
// Where browsers find the shop.
const shopUrl = process.env['BASE_URL'] ?? `http://localhost:${port}`;
const client = await SigningClient.connect();
const shop = express();

// Verifies the proof in a visited exit URL, hands its token in, and leaves every other address to the routes below.
shop.use(
  createExitUrlHandler({
    client,
    baseUrl: `${shopUrl}/signing`,
    onReturned: ({ reference, response }) =>
      void response.writeHead(303, { location: `/${reference}` }).end(),
  }),
);

// A real shop takes the identity number from the session, and checks in each route whose order it is.
shop.post('/orders/:number/sign', async ({ params }, response) => {
  const reference = `orders/${params.number}`;
  const job = await client.startDirectJob({
    reference,
    title: `Order ${params.number}`,
    documents: [{ file }],
    signers: [{ personalIdentificationNumber: '14838500073' }],
    exitUrls: client.makeExitUrls({ baseUrl: `${shopUrl}/signing`, reference }),
  });
  // A redirect URL is valid for one visit: a customer who comes again needs a new one.
  const first = job.existing ? undefined : job.redirects[0];
  const { redirectUrl } = first ?? (await client.createRedirectUrl(reference, { signer: 1 }));
  response.redirect(303, redirectUrl);
});

shop.get('/orders/:number', async ({ params }, response) => {
  const { status, state } = await client.getJob(`orders/${params.number}`);
  response.json({ status, state });
});

shop.get('/orders/:number/signed.pdf', async ({ params }, response) => {
  response.type('pdf').send(Buffer.from(await client.signedDocument(`orders/${params.number}`)));
});

shop.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (error instanceof SigningError) {
    const status = error.retryable ? 503 : error.code === 'JOB_NOT_FOUND' ? 404 : 409;
    response.status(status).json({ error: { code: error.code } });
  } else next(error);
});

const server = shop.listen(port, '127.0.0.1', () => {
  const { port: listensOn } = server.address() as { readonly port: number };
  console.log(`Listens on port ${listensOn}.`);
});
process.once('SIGTERM', () => server.close(() => void client.close()));
