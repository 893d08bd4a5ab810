import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface ReleaseChecks {
  wrongVersions(
    version: string,
    packages: readonly string[],
    manifestOf: (name: string) => Manifest,
  ): string[];
  wrongChangelog(version: string, changelog: string, dryRun: boolean): string[];
  missingPayloads(version: string, folder: string): string[];
  missingHistories(version: string, folder: string, types: readonly string[]): string[];
}

const checks = (await import(
  pathToFileURL(join(PROJECT, 'scripts/packing/release-checks.mjs')).href
)) as ReleaseChecks;

describe('a release', () => {
  it('has one version in all packages, which they ask for of each other', () => {
    const manifests: Readonly<Record<string, Manifest>> = {
      schema: { version: '1.2.0' },
      client: { version: '1.1.0', dependencies: { '@signering/schema': '1.1.0', zod: '4.0.0' } },
    };
    const problems = checks.wrongVersions('1.2.0', ['schema', 'client'], (name) => manifests[name]!);
    assert.deepEqual(problems, [
      'client/package.json has version 1.1.0.',
      'client/package.json asks for @signering/schema 1.1.0.',
    ]);
  });

  it('has a section with entries in the changelog, and nothing is left as unreleased', () => {
    const unreleased = '# Changelog\n\n## Unreleased\n\n- One thing.\n';
    assert.deepEqual(checks.wrongChangelog('1.2.0', unreleased, true), []);
    assert.match(checks.wrongChangelog('1.2.0', unreleased, false)[0]!, /rename "Unreleased"/u);
    const released = '# Changelog\n\n## Unreleased\n\n## 1.2.0 – 2026-12-01\n\n- One thing.\n';
    assert.deepEqual(checks.wrongChangelog('1.2.0', released, false), []);
    const both = released.replace('## Unreleased\n', '## Unreleased\n\n- Another.\n');
    assert.match(checks.wrongChangelog('1.2.0', both, false)[0]!, /still has entries/u);
    assert.match(checks.wrongChangelog('1.2.0', '## 1.2.0 – 2026-12-01\n', false)[0]!, /says nothing/u);
  });

  it('has a recorded history of each type of workflow', () => {
    const folder = join(freshFolder('histories'), '1.2.0');
    const types = ['portalSigning', 'directSigning'];
    assert.equal(checks.missingHistories('1.2.0', folder, types).length, 2);
    mkdirSync(folder);
    const event = { workflowExecutionStartedEventAttributes: { workflowType: { name: 'portalSigning' } } };
    writeFileSync(join(folder, 'signed.json'), JSON.stringify({ events: [event] }));
    const problems = checks.missingHistories('1.2.0', folder, types);
    assert.deepEqual(problems, [
      'test/histories/1.2.0 has no history of directSigning: npm run record-histories.',
    ]);
  });

  it('has recorded payloads', () => {
    const folder = freshFolder('payloads');
    const [missing] = checks.missingPayloads('1.2.0', folder);
    assert.match(missing ?? '', /1\.2\.0\.json is missing: npm run record-payloads/u);
    writeFileSync(join(folder, '1.2.0.json'), '{}');
    assert.deepEqual(checks.missingPayloads('1.2.0', folder), []);
  });
});
