import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

// Posten's published schema, samples and test documents lie beside the project, not in it.
const BESIDE_THE_PROJECT = fileURLToPath(new URL('../../../shared/reference', import.meta.url));
const root = [BESIDE_THE_PROJECT, process.env['SIGNERING_REFERENCE']].find(
  (candidate) => candidate !== undefined && existsSync(candidate),
);

/** The path of a reference file or folder; skips the running test with a word where there is none. */
export function referencePath(context: Mocha.Context, ...segments: readonly string[]): string {
  if (root === undefined) {
    const test = context.currentTest ?? context.test;
    if (test) test.title += ' [skipped: no reference material; set SIGNERING_REFERENCE to its folder]';
    return context.skip();
  }
  return join(root, ...segments);
}

/** The published test documents, PDF 1.2 to 1.6 and PDF/A, by file name. */
export function referenceDocuments(
  context: Mocha.Context,
): readonly { readonly name: string; readonly content: Uint8Array }[] {
  const folder = referencePath(context, 'test-documents');
  const names = readdirSync(folder).filter((name) => name.endsWith('.pdf'));
  return names.sort().map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}
