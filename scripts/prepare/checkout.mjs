// Location of the checkout and of its sources.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const CHECKOUT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folders of the packages, `@signering/…`. */
export const PACKAGES = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')).workspaces;

const NO_SOURCES = new Set(['node_modules', 'dist']);

/** Every TypeScript source, as sorted paths relative to the checkout. */
export function typeScriptSources(folder = '') {
  const sources = [];
  for (const entry of readdirSync(join(CHECKOUT, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || NO_SOURCES.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) sources.push(...typeScriptSources(path));
    else if (/\.(?:m?ts|tsx)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) sources.push(path);
  }
  return sources.sort();
}
