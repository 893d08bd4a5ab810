import type { ManifestDocument } from '../manifest-values.js';
import type { ElementWriter } from './message-writer.js';

/** Spec: common.xsd, sender. */
export function writeSender(organizationNumber: string) {
  return (sender: ElementWriter): void => {
    sender.element('organization-number', organizationNumber);
  };
}

/** Spec: portal.xsd, portal-document; direct.xsd, direct-document. */
export function writeDocuments(all: readonly ManifestDocument[]) {
  return (documents: ElementWriter): void => {
    for (const { href, mime, title } of all) {
      documents.element('document', (document) => {
        writePackageEntry(document, { href, mime });
        document.element('title', title);
      });
    }
  };
}

/** References a file of the document package. Spec: portal.xsd, portal-document; direct.xsd, direct-document. */
export function writePackageEntry(
  document: ElementWriter,
  { href, mime }: Pick<ManifestDocument, 'href' | 'mime'>,
): void {
  document.attribute('href', href).attribute('mime', mime);
}
