import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';

/** The folder of package.json. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const NO_DOCUMENTS = new Set(['node_modules', 'dist']);

/** Reads a file of the project as text; its path is relative to package.json. */
export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT, path), 'utf8');
}

/** Every Markdown file of the project, as paths relative to package.json. */
export function markdownFiles(folder = ''): readonly string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || NO_DOCUMENTS.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const packageJson = z.object({
  scripts: z.record(z.string(), z.string()),
  workspaces: z.array(z.string()),
});

/** What the documents may refer to of package.json. */
export const PACKAGE = packageJson.parse(JSON.parse(readProjectFile('package.json')));

/** Makes npm and Node find the packages that are installed here from a folder elsewhere, and `npx` their commands. */
export function linkInstalledPackages(folder: string): void {
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
}
