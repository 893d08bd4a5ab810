// Compiles the sources and bundles the workflows when they have changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, PACKAGES, typeScriptSources } from './checkout.mjs';
import { runLongStep } from './long-step.mjs';

const DIST = join(CHECKOUT, 'dist');
const STAMP = join(DIST, '.built-from');
const BUNDLE = join(CHECKOUT, 'worker', 'dist', 'workflows.bundle.js');
const BUNDLE_SCRIPT = join(CHECKOUT, 'worker', 'dist', 'bundle-workflows.js');
const COMPILED = /\.(d\.m?ts|m?js|m?js\.map)$/;
const CONFIGURATION = [
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  ...PACKAGES.flatMap((name) => [`${name}/package.json`, `${name}/tsconfig.json`]),
];

function digestOf(sources) {
  const hash = createHash('sha256').update(process.version.split('.')[0]);
  for (const file of [...CONFIGURATION, ...sources]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(CHECKOUT, file)));
  }
  return hash.digest('hex');
}

/**
 * Compiled path of a source, without its extension: a package has its own `dist/`, other files are in the project's.
 */
function compiledFrom(source) {
  const [name, ...path] = source.replace(/\.(?:m?ts|tsx)$/, '').split('/');
  return PACKAGES.includes(name) ? join(CHECKOUT, name, 'dist', ...path) : join(DIST, name, ...path);
}

/** Where the compiler records what it has written of a source's package. */
function buildRecordOf(source) {
  const [name] = source.split('/');
  return join(PACKAGES.includes(name) ? join(CHECKOUT, name, 'dist') : DIST, '.tsbuildinfo');
}

function isCompiled(source) {
  return existsSync(compiledFrom(source) + (source.endsWith('.mts') ? '.mjs' : '.js'));
}

/** Removes compiled files whose source no longer exists: a deleted test must not run. */
function removeStale(known, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeStale(known, path);
    else if (COMPILED.test(path) && !known.has(path.replace(COMPILED, ''))) rmSync(path);
  }
}

/** Builds every `dist/`, unless it was built from the current sources. */
export async function buildSources({ evenIfUpToDate = false } = {}) {
  const sources = typeScriptSources();
  const digest = digestOf(sources);
  const missing = sources.filter((source) => !isCompiled(source));
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  const complete = missing.length === 0 && (existsSync(BUNDLE) || !existsSync(BUNDLE_SCRIPT));
  if (!evenIfUpToDate && complete && stamp === digest) return;
  mkdirSync(DIST, { recursive: true });
  rmSync(STAMP, { force: true });
  const known = new Set(sources.map(compiledFrom));
  for (const folder of [DIST, ...PACKAGES.map((name) => join(CHECKOUT, name, 'dist'))])
    removeStale(known, folder);
  // The compiler remembers what it wrote, not whether it still exists.
  for (const source of missing) rmSync(buildRecordOf(source), { force: true });
  const next = 'See the lines above; on a clean checkout this is a bug of the project.';
  await runLongStep({
    what: 'Compiling',
    command: process.execPath,
    args: [join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'],
    next,
  });
  if (existsSync(BUNDLE_SCRIPT)) {
    await runLongStep({
      what: 'Bundling the workflows',
      command: process.execPath,
      args: [BUNDLE_SCRIPT],
      next,
    });
  }
  writeFileSync(STAMP, digest);
}
