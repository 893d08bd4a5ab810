// Scripts that install packages without a registry: npm needs the tarball of every dependency of this project.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CHECKOUT } from '../prepare/checkout.mjs';

/** Packages that users install; the others are their dependencies. */
const PUBLISHED = ['client', 'signing-api', 'worker', 'sandbox', 'cli', 'dev-stack'];
const SCOPE = '@signering/';

/** Writes `install-<package>.sh` for each package that users install. */
export function writeInstallScripts(folder, tarballs) {
  return PUBLISHED.map((name) => {
    const needed = closureOf(name);
    const files = tarballs.filter((tarball) => needed.has(tarball.name)).map(({ file }) => basename(file));
    const script = join(folder, `install-${name}.sh`);
    const lines = [
      '#!/bin/sh',
      `# Installs ${SCOPE}${name} and the packages it depends on into the current folder.`,
      'packages="$(cd "$(dirname "$0")" && pwd)"',
      `npm install ${files.map((file) => `"$packages/${file}"`).join(' ')}`,
      '',
    ];
    writeFileSync(script, lines.join('\n'), { mode: 0o755 });
    return { packageName: `${SCOPE}${name}`, script: resolve(script) };
  });
}

/** A package and its dependencies in this project. */
function closureOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { dependencies } = JSON.parse(readFileSync(join(CHECKOUT, name, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies ?? {})) {
    if (dependency.startsWith(SCOPE)) closureOf(dependency.slice(SCOPE.length), found);
  }
  return found;
}
