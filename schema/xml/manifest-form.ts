import { InvalidMessageError } from './errors.js';
import type { PortalSignatureJobManifest } from '../portal/manifest.js';
import type { ElementWriter } from './message-writer.js';
import { writeDocuments, writePackageEntry } from './write-manifest-parts.js';

/** Options for writing a manifest. */
export interface WriteManifestOptions {
  /**
   * `DOCUMENTS`: the job has its own texts and any number of documents. `SINGLE_DOCUMENT`: the older form, in which
   * one document carries the job's texts; its title cannot differ from the job's. Readers treat both alike.
   * @default 'DOCUMENTS'
   */
  readonly form?: 'DOCUMENTS' | 'SINGLE_DOCUMENT';
}

type Content = Pick<PortalSignatureJobManifest, 'title' | 'nonsensitiveTitle' | 'description' | 'documents'>;

/**
 * The documents and texts of a manifest, in either form. The direct flow has no non-sensitive title.
 * @throws INVALID_MESSAGE if the older form cannot represent it
 * Spec: portal-legacy.xsd, legacy-portal-document; direct-legacy.xsd, legacy-direct-document.
 */
export function writeManifestContent(
  root: ElementWriter,
  content: Content,
  { form = 'DOCUMENTS' }: WriteManifestOptions = {},
): void {
  if (form === 'DOCUMENTS') {
    writeJobTexts(root, content);
    root.element('documents', writeDocuments(content.documents));
    return;
  }
  const entry = onlyDocument(content);
  root.element('document', (document) => {
    writePackageEntry(document, entry);
    writeJobTexts(document, content);
  });
}

function writeJobTexts(parent: ElementWriter, { title, nonsensitiveTitle, description }: Content): void {
  parent
    .element('title', title)
    .optional('nonsensitive-title', nonsensitiveTitle)
    .optional('description', description);
}

function onlyDocument({ title, documents }: Content): Content['documents'][number] {
  const [document] = documents;
  if (document === undefined || documents.length !== 1) {
    throw cannotHold('documents', 'the single-document form must have exactly one document');
  }
  if (document.title !== title) {
    throw cannotHold('documents/document/title', 'must equal the title of the job in this form');
  }
  return document;
}

function cannotHold(path: string, message: string): InvalidMessageError {
  return new InvalidMessageError([{ path, message }]);
}
