import assert from 'node:assert/strict';
import { z } from 'zod';
import { codeWords, tableRowsUnder } from './markdown.js';
import { PACKAGE, readProjectFile } from './project-files.js';

const SCOPE = '@signering/';
const NOT_PACKAGES = ['deploy', 'test', 'bench', 'scripts', 'docs'];

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const projectConfig = z.object({ references: z.array(z.object({ path: z.string() })) });

/** The packages of this project on which a package depends, without their scope. */
function dependenciesOf(name: string): readonly string[] {
  const { dependencies } = manifest.parse(JSON.parse(readProjectFile(`${name}/package.json`)));
  return Object.keys(dependencies)
    .filter((dependency) => dependency.startsWith(SCOPE))
    .map((dependency) => dependency.slice(SCOPE.length))
    .sort();
}

const contributing = readProjectFile('CONTRIBUTING.md');

describe('the packages', () => {
  for (const name of PACKAGE.workspaces) {
    it(`${name}: is compiled after the packages that it depends on`, () => {
      const { references } = projectConfig.parse(JSON.parse(readProjectFile(`${name}/tsconfig.json`)));
      assert.deepEqual(
        references.map(({ path }) => path).sort(),
        dependenciesOf(name).map((one) => `../${one}`),
      );
    });
  }
});

describe('CONTRIBUTING.md', () => {
  it('lists the dependencies between the packages', () => {
    const rows = tableRowsUnder(contributing, '## Which package depends on which');
    const listed = Object.fromEntries(
      rows.map(([name, others]): [string, readonly string[]] => [
        codeWords(name ?? '')[0] ?? '',
        [...codeWords(others ?? '')].sort(),
      ]),
    );
    const actual = PACKAGE.workspaces.map((name): [string, readonly string[]] => [
      name,
      dependenciesOf(name),
    ]);
    assert.deepEqual(listed, Object.fromEntries(actual));
  });

  it('says what belongs in each folder', () => {
    const rows = tableRowsUnder(contributing, '## What belongs where');
    const listed = rows.flatMap(([folder]) => codeWords(folder ?? '')).map((name) => name.replace(/\/$/, ''));
    assert.deepEqual(
      [...PACKAGE.workspaces, ...NOT_PACKAGES].filter((folder) => !listed.includes(folder)),
      [],
    );
  });

  it('lists the scripts that there are', () => {
    const rows = tableRowsUnder(contributing, '## Scripts');
    const told = rows.map(([script]) => codeWords(script ?? '')[0]?.replace(/^npm (run )?/, ''));
    // npm runs those that begin with pre by itself; prepare-checkout is what they run.
    const there = Object.keys(PACKAGE.scripts).filter((name) => !name.startsWith('pre'));
    assert.deepEqual([...told].sort(), there.sort());
  });
});
