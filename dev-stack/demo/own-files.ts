import { readFileSync } from 'node:fs';
import { inspectDocuments } from '@signering/document-package/inspection';
import { errorCodeOf, InvalidInputError, type Problem } from '@signering/schema';

/**
 * Inspects the user's files before the stack is started.
 * @throws DOCUMENT_NOT_ACCEPTED naming each file that cannot be signed, and why
 */
export function inspectOwnFiles(files: readonly string[]): void {
  if (files.length === 0) return;
  const problems: Problem[] = [];
  const documents = files.flatMap((path) => {
    try {
      return [{ path, mediaType: 'application/pdf', content: readFileSync(path) }];
    } catch (error) {
      const reason = errorCodeOf(error) ?? 'unknown reason';
      const message = reason === 'ENOENT' ? 'there is no such file' : `cannot be read (${reason})`;
      problems.push({ path, message });
      return [];
    }
  });
  if (documents.length > 0) problems.push(...inspectDocuments(documents).problems);
  if (problems.length === 0) return;
  throw new InvalidInputError('DOCUMENT_NOT_ACCEPTED', 'The documents cannot be signed', problems);
}
