import { randomBytes } from 'node:crypto';
import type { DirectSignatureJobManifest, DirectSignatureJobRequest } from '@signering/schema';
import type { NewDirectJob } from '@signering/signing-api';
import { SENDER_ORGANIZATION } from './test-certificates.js';

const REQUEST: DirectSignatureJobRequest = {
  reference: 'A-1',
  exitUrls: {
    completionUrl: 'https://localhost/done?order=1',
    rejectionUrl: 'https://localhost/no',
    errorUrl: 'https://localhost/oops',
  },
};

const MANIFEST: DirectSignatureJobManifest = {
  signers: [
    { identifier: { personalIdentificationNumber: '01815010260' } },
    { identifier: { signerIdentifier: 'CUSTOMER-1' } },
  ],
  sender: { organizationNumber: SENDER_ORGANIZATION },
  title: 'Leieavtale',
  documents: [{ href: 'document-1.pdf', mime: 'application/pdf', title: 'Avtalen' }],
};

/** A direct job for two signers, with one document of that many bytes, which do not compress. */
export function newDirectJob({
  bytes = 2000,
  request = {},
  manifest = {},
}: {
  readonly bytes?: number;
  readonly request?: Partial<DirectSignatureJobRequest>;
  readonly manifest?: Partial<DirectSignatureJobManifest>;
} = {}): NewDirectJob {
  return {
    request: { ...REQUEST, ...request },
    manifest: { ...MANIFEST, ...manifest },
    documents: [{ name: 'document-1.pdf', mediaType: 'application/pdf', content: randomBytes(bytes) }],
  };
}
