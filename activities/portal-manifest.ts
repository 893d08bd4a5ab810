import type { DocumentToSign, PortalJobContent } from '../contract/index.js';
import { packageEntryNames } from '../document-package/index.js';
import type { PortalSignatureJobManifest } from '../schema/index.js';

/** The names that a job's documents have inside the package, in their order: unique, and the manifest's `href`s. */
export function packageEntryNamesOf(documents: readonly DocumentToSign[]): readonly string[] {
  return packageEntryNames(documents.map(({ name }) => name));
}

/** The manifest of a job, from what the workflow was given. Spec: portal.xsd, portal-signature-job-manifest. */
export function portalManifestOf(
  organizationNumber: string,
  job: PortalJobContent,
): PortalSignatureJobManifest {
  const { documents, pollingQueue: _, ...content } = job;
  const names = packageEntryNamesOf(documents);
  return {
    ...content,
    sender: { organizationNumber },
    documents: documents.map((document, index) => ({
      href: names[index] ?? document.name,
      mime: document.mediaType,
      title: document.title,
    })),
  };
}
