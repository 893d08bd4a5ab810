import { basename, extname } from 'node:path';
import type { Problem } from '../../schema/index.js';
import { containsNationalIdentityNumber } from '../../schema/index.js';
import type { Outline, RequestOutline } from './request-outline.js';
import { DOCUMENT_MEDIA_TYPES, type DocumentMediaType } from './requested-document.js';

const [PDF, TEXT] = DOCUMENT_MEDIA_TYPES;

/** The file name under which a document goes to the service. */
export function documentNameOf(document: Outline, index: number): string {
  if (typeof document['name'] === 'string') return document['name'];
  if (typeof document['file'] === 'string') return basename(document['file']);
  return `document-${index + 1}.${document['mediaType'] === TEXT ? 'txt' : 'pdf'}`;
}

/** What a document is: what the request says, otherwise what its name does. */
export function mediaTypeOf(document: Outline, index: number): DocumentMediaType {
  const stated = DOCUMENT_MEDIA_TYPES.find((type) => type === document['mediaType']);
  return stated ?? (/\.txt$/iu.test(documentNameOf(document, index)) ? TEXT : PDF);
}

/** The title under which signers see a document. */
export function documentTitleOf(document: Outline, index: number): string {
  if (typeof document['title'] === 'string') return document['title'];
  const name = documentNameOf(document, index);
  return Array.from(basename(name, extname(name)).normalize('NFC'))
    .slice(0, 80)
    .join('');
}

/** What holds between a document's parts and between documents. Spec: posten-rules, Personal data. */
export function problemsOfDocuments({ documents }: RequestOutline): readonly Problem[] {
  const seen = new Map<string, number>();
  return documents.flatMap(([index, document]) => {
    const path = `documents[${index}]`;
    const problems: Problem[] = [];
    if ((document['file'] === undefined) === (document['content'] === undefined)) {
      problems.push({ path, message: 'needs either file or content' });
    }
    if (document['name'] === undefined && containsNationalIdentityNumber(documentNameOf(document, index))) {
      problems.push({
        path: `${path}.name`,
        message:
          "must be given, or the file renamed: the file's own name holds a national identity number, which others can read",
      });
    }
    const title = documentTitleOf(document, index);
    const first = seen.get(title);
    if (first === undefined) seen.set(title, index);
    else {
      problems.push({
        path: `${path}.title`,
        message: `is the same as that of documents[${first}]: signers could not tell them apart; give another title, or rename the file`,
      });
    }
    return problems;
  });
}
