// A web site with Express whose visitor signs an agreement in the direct flow:
//   npm install express
//   node express.cjs contract.pdf
const express = require('express');
const { createExitUrlHandler, SigningClient } = require('@signering/client');

const [file = 'contract.pdf'] = process.argv.slice(2);
const baseUrl = 'http://127.0.0.1:3000/signing';
// Your own reference for this agreement of this customer.
const reference = 'express/1001/1';

async function main() {
  const client = await SigningClient.connect();
  const app = express();

  // Register it before handlers that read the request body.
  app.use(
    createExitUrlHandler({
      client,
      baseUrl,
      onReturned: ({ response }) => response.writeHead(303, { location: '/' }).end(),
    }),
  );

  app.get('/', (request, response, next) => {
    client
      .getJob(reference)
      .then(({ state }) => response.send(state))
      .catch((error) => {
        if (error.code !== 'JOB_NOT_FOUND') return next(error);
        response.send('<form method="post" action="/sign"><button>Sign</button></form>');
      });
  });

  app.post('/sign', (request, response, next) => {
    client
      .startDirectJob({
        reference,
        title: 'Agreement on a garage',
        documents: [{ file }],
        signers: [{ personalIdentificationNumber: '14838500073' }],
        exitUrls: client.makeExitUrls({ baseUrl, reference }),
      })
      .then(({ redirects: [redirect] }) =>
        response.redirect(303, redirect === undefined ? '/' : redirect.redirectUrl),
      )
      .catch(next);
  });

  app.listen(3000, '127.0.0.1', () => console.log('Open http://127.0.0.1:3000/'));
}

main();
