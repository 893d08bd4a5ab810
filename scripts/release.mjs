// `npm run release`: checks that this commit can be released as the version in package.json, packs every package, writes
// the bill of materials, and tags the commit. `-- --dry-run` tags nothing and accepts a changelog that still says
// "Unreleased". Publishing is left to the person who releases.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runPrepared } from './prepare/run-script.mjs';

const DESTINATION = 'dist-packages';

runPrepared(async () => {
  const { CHECKOUT, PACKAGES } = await import('./prepare/checkout.mjs');
  const { missingHistories, missingPayloads, wrongChangelog, wrongVersions } =
    await import('./packing/release-checks.mjs');
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const dryRun = values['dry-run'];
  const read = (path) => readFileSync(join(CHECKOUT, path), 'utf8');
  const run = (command, args) =>
    execFileSync(command, args, { cwd: CHECKOUT, encoding: 'utf8', maxBuffer: 64e6 });
  const { version } = JSON.parse(read('package.json'));
  const tag = `v${version}`;

  const { WORKFLOW_TYPES } = await import('@signering/contract');
  const problems = [
    ...wrongVersions(version, PACKAGES, (name) => JSON.parse(read(`${name}/package.json`))),
    ...wrongChangelog(version, read('CHANGELOG.md'), dryRun),
    ...missingHistories(version, join(CHECKOUT, 'test', 'histories', version), Object.values(WORKFLOW_TYPES)),
    ...missingPayloads(version, join(CHECKOUT, 'test', 'payloads')),
  ];
  if (!dryRun && run('git', ['status', '--porcelain']) !== '')
    problems.push('The checkout has changes that are not committed.');
  if (!dryRun && run('git', ['tag', '--list', tag]) !== '') problems.push(`The tag ${tag} exists already.`);
  if (problems.length > 0) {
    throw new Error(
      `Version ${version} cannot be released:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
  }

  const { packPackages } = await import('./packing/pack.mjs');
  const tarballs = await packPackages(DESTINATION);
  const everything = JSON.parse(
    run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']),
  );
  const sbom = withoutDevelopment(everything);
  writeFileSync(
    join(CHECKOUT, DESTINATION, `signering-workflows-${version}.cdx.json`),
    `${JSON.stringify(sbom, undefined, 2)}\n`,
  );
  if (!dryRun) run('git', ['tag', '--annotate', tag, '--message', `signering-workflows ${version}`]);
  console.log(
    `${tarballs.length} packages and the bill of materials (${sbom.components.length} components) are in ${DESTINATION}/. ` +
      (dryRun
        ? `A release would set the tag ${tag}.`
        : `The tag ${tag} is set: push it, then publish the packages.`),
  );
});

/** `npm sbom --omit dev` also leaves out what the packages share with the root's development dependencies. */
function withoutDevelopment(sbom) {
  const isDevelopment = ({ properties = [] }) =>
    properties.some(({ name }) => name === 'cdx:npm:package:development');
  const components = sbom.components.filter((component) => !isDevelopment(component));
  const kept = new Set([sbom.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  return { ...sbom, components, dependencies };
}
