import { InvalidMessageError } from './errors.js';
import type { PortalSignatureJobManifest } from '../portal/manifest.js';
import type { ElementWriter } from './message-writer.js';
import { writeDocuments, writePackageEntry } from './write-manifest-parts.js';

/** How a manifest is written. */
export interface WriteManifestOptions {
  /**
   * `DOCUMENTS`: the job has texts of its own and any number of documents. `SINGLE_DOCUMENT`: the older form, in which
   * one document carries the job's texts; its own title cannot differ from the job's. A reader takes both for the same.
   * @default 'DOCUMENTS'
   */
  readonly form?: 'DOCUMENTS' | 'SINGLE_DOCUMENT';
}

type Content = Pick<PortalSignatureJobManifest, 'title' | 'nonsensitiveTitle' | 'description' | 'documents'>;

/**
 * What a manifest says about its documents, in either form. Of the direct flow there is no non-sensitive title.
 * @throws INVALID_MESSAGE when the older form cannot hold it
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
    throw cannotHold('documents', 'the form with a single document holds exactly one');
  }
  if (document.title !== title) {
    throw cannotHold('documents/document/title', 'differs from the title of the job, whose place it takes');
  }
  return document;
}

function cannotHold(path: string, message: string): InvalidMessageError {
  return new InvalidMessageError([{ path, message }]);
}
