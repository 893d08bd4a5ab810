import type { DocumentRef } from '@signering/contract';
import type { CreateSignatureJobInput } from '@signering/activities/internal/create-signature-job.js';

export const ORGANIZATION = '123456789';

/** What the workflow asks for: one document, one signer. */
export function createInput(
  reference: string,
  document: DocumentRef,
  sendAgainAfter = 0,
): CreateSignatureJobInput {
  return {
    flow: 'PORTAL',
    organizationNumber: ORGANIZATION,
    reference,
    contentDigest: 'c'.repeat(64),
    job: {
      title: 'Leieavtale',
      documents: [{ ...document, title: 'Avtalen' }],
      signers: [{ notifications: { emailAddress: 'kari@example.com' } }],
      pollingQueue: 'signering-workflows',
    },
    sendAgainAfter,
  };
}
