import type { DocumentRef } from '../../contract/index.js';
import type { CreateSignatureJobInput } from '../../activities/create-signature-job.js';

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
