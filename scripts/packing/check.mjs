// Checks a tarball: its content, publint, and are-the-types-wrong.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ALWAYS = ['package.json', 'README.md', 'LICENSE'];
const NEVER = /(^|\/)(test|tests|node_modules)\/|\.tsbuildinfo$|\.map$|(?<!\.d)\.m?ts$|^tsconfig/;

/** Findings of are-the-types-wrong that are inherent in ESM-only packages. */
const ACCEPTED = [
  // `moduleResolution: node10` does not support `exports`: docs/integration.md says which settings work.
  ['NoResolution', 'node10'],
  ['UntypedResolution', 'node10'],
  // CommonJS gets the ES module: `require` returns it from Node 20.19 on, and older compilers require a dynamic
  // import.
  ['CJSResolvesToESM', 'node16-cjs'],
];

/** Checks one tarball; returns one line for each problem. */
export async function checkTarball({ name, file, files }) {
  const tarball = readFileSync(file);
  const missing = ALWAYS.filter((path) => !files.includes(path)).map((path) => `${path} is missing`);
  const surplus = files.filter((path) => NEVER.test(path)).map((path) => `${path} must not be in a package`);
  const lint = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    strict: true,
  });
  const linted = lint.messages.map(
    (message) => `publint: ${formatMessage(message, lint.pkg, { color: false })}`,
  );
  return [...missing, ...surplus, ...linted, ...(await typeProblems(tarball))].map(
    (line) => `${name}: ${line}`,
  );
}

async function typeProblems(tarball) {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
    // A program that is not imported.
    excludeEntrypoints: ['./bin'],
  });
  if (result.types === false) return ['are-the-types-wrong: the package has no types'];
  return result.problems
    .filter(({ kind, resolutionKind }) => !ACCEPTED.some(([k, r]) => k === kind && r === resolutionKind))
    .map((problem) => `are-the-types-wrong: ${JSON.stringify(problem)}`);
}
