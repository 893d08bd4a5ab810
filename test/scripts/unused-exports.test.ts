import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';

describe('scripts/unused-exports.mjs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signering-exports-'));
    cpSync(join(PROJECT, 'scripts/unused-exports.mjs'), join(folder, 'scripts/unused-exports.mjs'));
    cpSync(join(PROJECT, 'scripts/prepare'), join(folder, 'scripts/prepare'), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    write('package.json', JSON.stringify({ workspaces: ['room', 'client'] }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const check = () =>
    new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
      execFile(process.execPath, [join(folder, 'scripts/unused-exports.mjs')], (error, _, stderr) => {
        resolve({ code: Number(error?.code ?? 0), said: stderr });
      });
    });

  it('reports unused exports, also of entry points, and fails', async () => {
    write('room/index.ts', `export { wanted, forgotten } from './room.js';\n`);
    write(
      'room/room.ts',
      `export const wanted = 1;\nexport const forgotten = 2;\nexport function own() {}\n`,
    );
    write('other/other.ts', `import { wanted } from '@signering/room';\nconsole.log(wanted);\n`);
    const { code, said } = await check();
    assert.equal(code, 1);
    assert.deepEqual(said.trim().split('\n'), [
      'room/index.ts:1 exports forgotten, which is not imported',
      'room/room.ts:2 exports forgotten, which is not imported',
      'room/room.ts:3 exports own, which is not imported',
    ]);
  });

  it('accepts types that a used export refers to, and public entry points', async () => {
    write('client/index.ts', `export { call, type Options } from './call.js';\n`);
    write(
      'client/call.ts',
      `export interface Options { readonly deep: Inner }\ninterface Inner { readonly part: Part }\nexport type Part = string;\nexport function call(options: Options) { return options; }\n`,
    );
    assert.deepEqual(await check(), { code: 0, said: '' });
  });
});
