// Compiles the sources and bundles the workflows when they have changed.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, typeScriptSources } from './checkout.mjs';
import { runLongStep } from './long-step.mjs';

const DIST = join(CHECKOUT, 'dist');
const STAMP = join(DIST, '.built-from');
const BUNDLE_SCRIPT = join(DIST, 'scripts', 'bundle-workflows.js');
const { bin: COMMANDS } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
const COMPILED = /\.(d\.m?ts|m?js|m?js\.map)$/;

function digestOf(sources) {
  const hash = createHash('sha256').update(process.version.split('.')[0]);
  for (const file of ['package-lock.json', 'tsconfig.json', ...sources]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(CHECKOUT, file)));
  }
  return hash.digest('hex');
}

function isCompiled(source) {
  return existsSync(join(DIST, source.replace(/\.(m?)ts$/, '.$1js')));
}

/** Removes what was compiled from sources that are gone: a test that was deleted must not run for ever. */
function removeStale(sources, folder = '') {
  const known = new Set(sources.map((source) => source.replace(/\.m?ts$/, '')));
  for (const entry of readdirSync(join(DIST, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) removeStale(sources, path);
    else if (COMPILED.test(path) && !known.has(path.replace(COMPILED, ''))) rmSync(join(DIST, path));
  }
}

/** Builds `dist/`, unless it was built from just these sources. */
export async function buildSources({ evenIfUpToDate = false } = {}) {
  const sources = typeScriptSources();
  const digest = digestOf(sources);
  const complete = sources.every(isCompiled);
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (!evenIfUpToDate && complete && stamp === digest) return;
  mkdirSync(DIST, { recursive: true });
  rmSync(STAMP, { force: true });
  removeStale(sources);
  // The compiler remembers what it has written, not whether it is still there.
  if (!complete) rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  const next = 'The lines above name the places; on a clean checkout this is our fault.';
  await runLongStep({
    what: 'Compiling',
    command: process.execPath,
    args: [join(CHECKOUT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'],
    next,
  });
  // npx does so only when it sees the folder for the first time: not for a clone in the place of an older one.
  for (const file of Object.values(COMMANDS).map((path) => join(CHECKOUT, path))) {
    if (existsSync(file)) chmodSync(file, 0o755);
  }
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
