// What must hold before a version is released: each function returns one sentence for each thing that is missing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All packages have one version, and depend on each other in just that version. */
export function wrongVersions(version, packages, manifestOf) {
  return packages.flatMap((name) => {
    const manifest = manifestOf(name);
    const { dependencies = {}, peerDependencies = {} } = manifest;
    const own = manifest.version === version ? [] : [`${name}/package.json has version ${manifest.version}.`];
    const others = Object.entries({ ...dependencies, ...peerDependencies })
      .filter(([dependency, range]) => dependency.startsWith('@signering/') && range !== version)
      .map(([dependency, range]) => `${name}/package.json asks for ${dependency} ${range}.`);
    return [...own, ...others];
  });
}

/** The version has a section with entries; before a release, "Unreleased" has. */
export function wrongChangelog(version, changelog, dryRun) {
  const entriesUnder = (heading) => {
    const [, section = ''] = changelog.split(heading);
    return (section.split(/^## /m)[0].match(/^- /gm) ?? []).length;
  };
  const released = new RegExp(`^## ${version.replaceAll('.', '\\.')} – \\d{4}-\\d{2}-\\d{2}$`, 'm').exec(
    changelog,
  )?.[0];
  if (released !== undefined) {
    if (entriesUnder('## Unreleased') > 0) return ['CHANGELOG.md still has entries under "Unreleased".'];
    return entriesUnder(released) > 0 ? [] : [`CHANGELOG.md says nothing under "${released}".`];
  }
  if (dryRun)
    return entriesUnder('## Unreleased') > 0 ? [] : ['CHANGELOG.md says nothing under "Unreleased".'];
  return [`CHANGELOG.md has no section "## ${version} – YYYY-MM-DD": rename "Unreleased" to it.`];
}

/** Later releases replay the histories of this one, so that there must be some of each type of workflow. */
export function missingHistories(version, folder, types) {
  const recorded = existsSync(folder)
    ? readdirSync(folder).map((file) => workflowTypeIn(join(folder, file)))
    : [];
  return types
    .filter((type) => !recorded.includes(type))
    .map((type) => `test/histories/${version} has no history of ${type}: npm run record-histories.`);
}

/** Later releases read the payloads of this one. */
export function missingPayloads(version, folder) {
  const file = `${version}.json`;
  return existsSync(join(folder, file)) ? [] : [`test/payloads/${file} is missing: npm run record-payloads.`];
}

function workflowTypeIn(file) {
  const { events } = JSON.parse(readFileSync(file, 'utf8'));
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;
}
