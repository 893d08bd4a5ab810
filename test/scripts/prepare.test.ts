import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';

const run = promisify(execFile);

/** A checkout with our scripts, one package with one source, and the third-party packages that are installed here. */
function smallCheckout(): string {
  const checkout = freshFolder('checkout');
  for (const name of ['scripts', 'package-lock.json', 'tsconfig.base.json']) {
    cpSync(join(PROJECT, name), join(checkout, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
  const root = JSON.parse(readProjectFile('package.json')) as Record<string, unknown>;
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ ...root, workspaces: ['schema'] }));
  const references = [{ path: './schema' }];
  writeFileSync(join(checkout, 'tsconfig.json'), JSON.stringify({ files: [], references }));
  symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'schema'));
  for (const name of ['package.json', 'tsconfig.json']) {
    cpSync(join(PROJECT, 'schema', name), join(checkout, 'schema', name));
  }
  writeFileSync(join(checkout, 'schema', 'one.ts'), 'export const one: number = 1;\n');
  return checkout;
}

async function prepare(checkout: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, ['scripts/prepare.mjs'], { cwd: checkout });
  return stdout + stderr;
}

describe('preparing a checkout', () => {
  it('builds once, and then has nothing to do and nothing to say', async () => {
    const checkout = smallCheckout();
    assert.match(await prepare(checkout), /Compiling …\nCompiling: done after \d+ s\n/u);
    assert.ok(existsSync(join(checkout, 'schema', 'dist', 'one.js')));
    assert.equal(await prepare(checkout), '');
  });

  it('builds again when a source changed, and removes what came of sources that are gone', async () => {
    const checkout = smallCheckout();
    const [one, two] = ['one', 'two'].map((name) => join(checkout, 'schema', `${name}.ts`)) as [
      string,
      string,
    ];
    writeFileSync(two, 'export const two = 2;\n');
    await prepare(checkout);
    writeFileSync(one, 'export const one: number = 11;\n');
    rmSync(two);
    await prepare(checkout);
    assert.match(readFileSync(join(checkout, 'schema', 'dist', 'one.js'), 'utf8'), /11/u);
    for (const ending of ['js', 'js.map', 'd.ts']) {
      assert.equal(existsSync(join(checkout, 'schema', 'dist', `two.${ending}`)), false, ending);
    }
  });

  it('builds what is missing though no source changed', async () => {
    const checkout = smallCheckout();
    await prepare(checkout);
    const compiled = join(checkout, 'schema', 'dist', 'one.js');
    rmSync(compiled);
    await prepare(checkout);
    assert.ok(statSync(compiled).isFile());
  });

  it('shows what the compiler said when it fails, and ends with a failure', async () => {
    const checkout = smallCheckout();
    writeFileSync(join(checkout, 'schema', 'one.ts'), "export const one: number = 'one';\n");
    await assert.rejects(prepare(checkout), /TS2322[\s\S]*Compiling failed \(exit 1\)/u);
    await assert.rejects(prepare(checkout), /TS2322/u, 'a failed build does not count as built');
  });

  it('does not empty a folder behind a link that holds other packages', async () => {
    const checkout = smallCheckout();
    const lock = join(checkout, 'package-lock.json');
    writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll('"version": "', '"version": "9'));
    await assert.rejects(prepare(checkout), /node_modules is a link/u);
  });

  it('npm run build installs the packages of a fresh clone before it compiles', async () => {
    const checkout = smallCheckout();
    const installed = join(checkout, 'node_modules');
    rmSync(installed);
    // In the place of npm, which the network may be away for: `npm ci` leaves the packages that are installed here.
    const npm = join(checkout, 'npm-cli.js');
    writeFileSync(
      npm,
      `import { symlinkSync } from 'node:fs';\n` +
        `if (process.argv[2] === 'ci') symlinkSync(${JSON.stringify(join(PROJECT, 'node_modules'))}, 'node_modules');\n`,
    );
    const env = { ...process.env, npm_execpath: npm };
    const { stdout, stderr } = await run(process.execPath, ['scripts/build.mjs'], { cwd: checkout, env });
    assert.match(stdout + stderr, /Installing packages \(npm ci\)[\s\S]*Compiling: done/u);
    assert.ok(existsSync(join(checkout, 'schema', 'dist', 'one.js')));
  });

  it('says in one sentence when Node is too old', () => {
    const check = (version: string): string =>
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          "const { whatIsWrongWithNode } = await import('./scripts/prepare/node-version.mjs');" +
            'console.log(whatIsWrongWithNode(process.argv[1]) ?? "");',
          '--',
          version,
        ],
        { cwd: PROJECT, encoding: 'utf8' },
      ).trim();
    assert.match(check('v18.20.4'), /^Node\.js 20\.19 or newer is required, and this is v18\.20\.4: .*\.$/u);
    assert.match(check('v20.18.3'), /20\.19 or newer/u);
    assert.equal(check('v20.19.0'), '');
    assert.equal(check('v24.0.0'), '');
  });
});
