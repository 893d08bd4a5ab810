import { sealDocumentPackage } from '@signering/document-package';
import { writePortalSignatureJobManifest } from '@signering/schema/xml';
import type { EnterpriseCertificate } from '@signering/signatures';
import { ORGANIZATION } from './bench-certificate.js';

/** Begins a document package of one document for one signer, as the Java client of the comparison does. */
export function startSealing(content: Buffer, certificate: EnterpriseCertificate) {
  const manifest = writePortalSignatureJobManifest({
    sender: { organizationNumber: ORGANIZATION },
    title: 'Agreement',
    signers: [
      { personalIdentificationNumber: '11828530064', notifications: { emailAddress: 'a@example.com' } },
    ],
    documents: [{ href: 'agreement.pdf', mime: 'application/pdf', title: 'Agreement' }],
  });
  const documents = [{ name: 'agreement.pdf', mediaType: 'application/pdf', content }];
  return sealDocumentPackage({ manifest, documents, certificate });
}
