// Two people sign one job in a web site, each with a redirect URL of their own; a queue tells the outcome:
//   node --env-file=.signering/dev.env dist/docs/examples/two-signers.js contract.pdf
import { SigningClient } from '@signering/client';

const [file = 'agreement.pdf', reference = 'boat-share-17'] = process.argv.slice(2);

const client = await SigningClient.connect();
try {
  await client.startDirectJob({
    reference,
    title: 'Agreement on a shared boat',
    documents: [{ file }],
    signers: [
      // By identity number: the service makes sure that it is this person who signs.
      { personalIdentificationNumber: '14838500073' },
      // By your identifier: you answer for who is sent to the redirect URL.
      { signerIdentifier: 'CUSTOMER-2' },
    ],
    // One and the same will do, because nothing depends on the browser coming back.
    exitUrls: {
      completionUrl: 'https://www.example.com/welcome-back',
      rejectionUrl: 'https://www.example.com/welcome-back',
      errorUrl: 'https://www.example.com/welcome-back',
    },
    statusRetrieval: 'POLLING',
  });

  // At the moment when one of them presses Sign: fresh each time, and for nobody else.
  console.log(`first: ${await client.redirectUrl(reference, 1)}`);
  console.log(`second: ${await client.redirectUrl(reference, 'CUSTOMER-2')}`);

  // Whoever closes the browser too early has signed all the same: the queue tells.
  const { outcome, signers } = await client.outcome(reference);
  console.log(outcome);
  for (const { signer, status } of signers) console.log(`signer ${signer}: ${status}`);

  if (outcome === 'SIGNED') {
    const signed = await client.signedDocument(reference);
    console.log(`The signed document has ${signed.byteLength} bytes.`);
  }
} finally {
  await client.close();
}
