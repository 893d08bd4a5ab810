import { readFileSync } from 'node:fs';
import { DEFAULT_POLLING_QUEUE } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';
import type { TestStack } from '../fixtures/index.js';
import { onePagePdf, SYNTHETIC_SIGNERS } from './portal-jobs.js';

/** Another application of the same organisation creates a job in our queue. */
export async function createForeignJob(stack: TestStack): Promise<string> {
  const { apiUrl, certificate, trustedCertificates, organizationNumber } = loadWorkerSettings(stack.env);
  const api = createSigningApi({
    apiUrl,
    certificate: await loadEnterpriseCertificate(certificate),
    trustedCertificates: [readFileSync(trustedCertificates!, 'utf8')],
  });
  try {
    const name = 'agreement.pdf';
    const { signatureJobId } = await api.portal.createSignatureJob({
      request: { reference: 'foreign', pollingQueue: DEFAULT_POLLING_QUEUE },
      manifest: {
        sender: { organizationNumber },
        title: 'Agreement',
        signers: [
          {
            personalIdentificationNumber: SYNTHETIC_SIGNERS[0]!,
            notifications: { emailAddress: 'signer@example.com' },
          },
        ],
        documents: [{ href: name, mime: 'application/pdf', title: 'Agreement' }],
      },
      documents: [{ name, mediaType: 'application/pdf', content: await onePagePdf('Foreign') }],
    });
    return signatureJobId;
  } finally {
    await api.close();
  }
}
