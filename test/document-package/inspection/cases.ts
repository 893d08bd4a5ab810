import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../test/document-package/inspection/cases/', import.meta.url));

/** A document that a client sent incorrectly: see the README beside them. */
export function caseFile(name: string): Promise<Buffer> {
  return readFile(join(FOLDER, name));
}
