import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/run-folder.js';

describe('scripts/plain-english.mjs', () => {
  let folder: string;

  beforeEach(() => {
    folder = freshFolder('plain-english');
    cpSync(join(PROJECT, 'scripts'), join(folder, 'scripts'), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    write('package.json', JSON.stringify({ workspaces: ['room'] }));
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const check = () =>
    new Promise<{ readonly code: number; readonly places: readonly string[] }>((resolve) => {
      execFile(process.execPath, [join(folder, 'scripts/plain-english.mjs')], (error, _, stderr) => {
        const places = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('scripts/'));
        resolve({ code: Number(error?.code ?? 0), places: places.map((line) => line.split(': ')[0] ?? '') });
      });
    });

  it('reports comments, strings and Markdown with file and line, also across a line break', async () => {
    write(
      'room/room.ts',
      '// For who\u0065ver reads.\nconst a = `no ${1} no\u0062ody here`;\n/** All the\n * same. */\n',
    );
    write('README.md', '# Room\n\nIt lasts\nfor ever.\n');
    const { code, places } = await check();
    assert.equal(code, 1);
    assert.deepEqual(places.map((place) => place.toLowerCase()).sort(), [
      'readme.md:4  "for ever"',
      'room/room.ts:1  "who\u0065ver"',
      'room/room.ts:2  "no\u0062ody"',
      'room/room.ts:3  "all the * same"',
    ]);
  });

  it('reads shell, Python, YAML, Dockerfiles, CommonJS, Java and style sheets too', async () => {
    const word = 'who\u0065ver';
    write('.ci/run', `#!/usr/bin/env bash\n${word} # for\n# ever ${word}\necho 'for ${word}'\n`);
    write('room/a.py', `"""Doc\nfor ${word}."""\n`);
    write('room/a.yml', `a: ${word} # ${word}\n`);
    write('Dockerfile', `# ${word}\nRUN ${word}\n`);
    write('room/a.cjs', `// ${word}\n`);
    write('room/A.java', `class A {\n  /** For ${word}. */\n  String a = ${word};\n}\n`);
    write('room/a.css', `.${word} {\n} /* ${word} */\n`);
    const { places } = await check();
    assert.deepEqual(places.map((place) => place.split(' ')[0]).sort(), [
      '.ci/run:3',
      '.ci/run:4',
      'Dockerfile:1',
      'room/A.java:2',
      'room/a.cjs:1',
      'room/a.css:2',
      'room/a.py:2',
      'room/a.yml:1',
    ]);
  });

  it('ignores code, identifiers and quotations', async () => {
    write('room/room.ts', 'export const who\u0065ver = 1;\n// The schema says "no\u0062ody".\n');
    write(
      'README.md',
      '> No\u0062ody, says the specification.\n\n```\nwho\u0065ver\n```\n\n`for ever`, “sha\u006cl”\n',
    );
    assert.deepEqual(await check(), { code: 0, places: [] });
  });
});
