// Two people sign one job in a web site, each with a separate redirect URL; a queue reports the outcome:
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
      // By identity number: the service verifies that this person signs.
      { personalIdentificationNumber: '14838500073' },
      // By your identifier: you are responsible for whom you send to the redirect URL.
      { signerIdentifier: 'CUSTOMER-2' },
    ],
    // One URL suffices, because nothing depends on the browser coming back.
    exitUrls: {
      completionUrl: 'https://www.example.com/welcome-back',
      rejectionUrl: 'https://www.example.com/welcome-back',
      errorUrl: 'https://www.example.com/welcome-back',
    },
    statusRetrievalMethod: 'POLLING',
  });

  // When one of them presses Sign: a fresh URL each time, for that signer only.
  const first = await client.createRedirectUrl(reference, { signer: 1 });
  console.log(`first: ${first.redirectUrl}`);
  const second = await client.createRedirectUrl(reference, { signerIdentifier: 'CUSTOMER-2' });
  console.log(`second: ${second.redirectUrl}`);

  // A signer who closes the browser too early has signed anyway: the queue reports it.
  const { outcome, signers } = await client.waitForResult(reference);
  console.log(outcome);
  for (const { signer, status } of signers) console.log(`signer ${signer}: ${status}`);

  if (outcome === 'SIGNED') {
    const signed = await client.signedDocument(reference);
    console.log(`The signed document has ${signed.byteLength} bytes.`);
  }
} finally {
  await client.close();
}
