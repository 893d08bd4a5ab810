import { basename, extname } from 'node:path';
import {
  DOCUMENT_MEDIA_TYPES,
  TEXT_RULES,
  whatIsWrongWithDocumentName,
  whatIsWrongWithText,
  type DocumentMediaType,
  type Problem,
} from '@signering/schema';
import { atTheirPlaces, type Outline, type RequestOutline } from './request-outline.js';

const [PDF, TEXT] = DOCUMENT_MEDIA_TYPES;

/** The file name under which a document goes to the service. */
export function documentNameOf(document: Outline, index: number): string {
  if (typeof document['name'] === 'string') return document['name'];
  return (
    ownNameOf(document) ?? `document-${index + 1}.${statedMediaTypeOf(document) === TEXT ? 'txt' : 'pdf'}`
  );
}

/** The name of the file that a document is read from. */
function ownNameOf({ file, content }: Outline): string | undefined {
  if (typeof file === 'string') return basename(file);
  // Browsers cut the folder off the name of a `File`; Node keeps any text.
  return content instanceof File && content.name !== '' ? basename(content.name) : undefined;
}

/** What a document is: what the request says, otherwise what its name does. */
export function mediaTypeOf(document: Outline, index: number): DocumentMediaType {
  return statedMediaTypeOf(document) ?? (/\.txt$/iu.test(documentNameOf(document, index)) ? TEXT : PDF);
}

function statedMediaTypeOf({ mediaType, content }: Outline): DocumentMediaType | undefined {
  const stated = mediaType ?? (content instanceof Blob ? content.type.split(';', 1)[0] : undefined);
  return DOCUMENT_MEDIA_TYPES.find((type) => type === stated);
}

/** The title under which signers see a document. */
export function documentTitleOf(document: Outline, index: number): string {
  if (typeof document['title'] === 'string') return document['title'];
  const name = documentNameOf(document, index);
  return Array.from(basename(name, extname(name)).normalize('NFC'))
    .slice(0, TEXT_RULES.documentTitle.longest)
    .join('');
}

/** The documents as the rules for a job look at them. */
export function titledDocuments({ documents }: RequestOutline): readonly unknown[] {
  return atTheirPlaces(
    documents.map(([index, document]) => [index, { title: documentTitleOf(document, index) }]),
  );
}

/** What holds between a document's parts, and what its name and title must be where they are taken from the file. */
export function problemsOfDocuments({ documents }: RequestOutline): readonly Problem[] {
  return documents.flatMap(([index, document]) => {
    const path = `documents[${index}]`;
    const problems: Problem[] = [];
    if ((document['file'] === undefined) === (document['content'] === undefined)) {
      problems.push({ path, message: 'needs either file or content' });
    }
    if (ownNameOf(document) === undefined && document['name'] === undefined) return problems;
    const ofName =
      document['name'] === undefined && whatIsWrongWithDocumentName(documentNameOf(document, index));
    const ofTitle =
      document['title'] === undefined &&
      whatIsWrongWithText(documentTitleOf(document, index), TEXT_RULES.documentTitle);
    if (typeof ofName === 'string') {
      const message = `the file's own name ${ofName}; rename the file, or give a name`;
      problems.push({ path: `${path}.name`, message });
    } else if (typeof ofTitle === 'string') {
      const message = `the title taken from the file's name ${ofTitle}; rename the file, or give a title`;
      problems.push({ path: `${path}.title`, message });
    }
    return problems;
  });
}
