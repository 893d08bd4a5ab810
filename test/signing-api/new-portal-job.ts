import { randomBytes } from 'node:crypto';
import type { PortalSignatureJobManifest } from '@signering/schema';
import type { NewPortalJob } from '@signering/signing-api';
import { SENDER_ORGANIZATION } from './test-certificates.js';

const MANIFEST: PortalSignatureJobManifest = {
  signers: [
    { personalIdentificationNumber: '01815012345', notifications: { emailAddress: 'kari@example.com' } },
  ],
  sender: { organizationNumber: SENDER_ORGANIZATION },
  title: 'Leieavtale',
  documents: [{ href: 'document-1.pdf', mime: 'application/pdf', title: 'Avtalen' }],
};

/** A job with one document of that many bytes, which do not compress. */
export function newPortalJob({ bytes = 2000, manifest = {} } = {}): NewPortalJob {
  return {
    request: { reference: 'A-1', pollingQueue: 'signering-workflows' },
    manifest: { ...MANIFEST, ...manifest },
    documents: [{ name: 'document-1.pdf', mediaType: 'application/pdf', content: randomBytes(bytes) }],
  };
}
