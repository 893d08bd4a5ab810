// Has an agreement signed by two people, one after the other, and waits for the outcome:
//   node dist/docs/examples/send-agreement.js agreement.pdf
import { SigningClient } from '@signering/client';

const [file = 'agreement.pdf'] = process.argv.slice(2);

// Reads the settings from the environment and from .env; needs neither certificate nor XML. Closes at the end.
await using client = await SigningClient.connect();

// Safe to repeat: the same reference and content gives the same job again.
await client.startPortalJob({
  reference: 'agreement-2041',
  title: 'Agreement on garage maintenance',
  nonsensitiveTitle: 'An agreement to sign',
  documents: [{ file }],
  signers: [
    { personalIdentificationNumber: '14838500073', emailAddress: 'kari@example.com', order: 1 },
    { emailAddress: 'per@example.com', mobileNumber: '+4799999999', order: 2 },
  ],
  availableSeconds: 14 * 24 * 60 * 60,
  metadata: { caseNumber: '2026/17' },
});

// Days may pass here. After a restart, call waitForResult again with the same reference.
const { outcome, signers, archive } = await client.waitForResult('agreement-2041');
console.log(`${outcome}, archived in ${archive.folder}`);
for (const { maskedIdentifier, status } of signers) console.log(`${maskedIdentifier}: ${status}`);
