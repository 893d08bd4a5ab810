import assert from 'node:assert/strict';
import { codeWords, tableRows } from './markdown.js';
import { PACKAGE, readProjectFile } from './project-files.js';

const rows = tableRows(readProjectFile('docs/reliability.md'));

describe('docs/reliability.md', () => {
  it('names for each promise a test that there is, by file and title', () => {
    for (const [promise, test = ''] of rows) {
      if (test === 'the same') continue;
      const [, file] = /\]\(\.\.\/(test\/[^)]+)\)/.exec(test) ?? [];
      assert.ok(file !== undefined, `${promise}: names the file of a test`);
      const source = readProjectFile(file);
      const titles = [...test.matchAll(/“([^”]+)”/g)].map(([, title]) => title ?? '');
      assert.ok(titles.length > 0 || test.includes('fault-campaign'), `${promise}: names a test`);
      for (const title of titles) assert.ok(source.includes(title), `${file} has no test “${title}”`);
    }
  });

  it('names for each promise a command that there is', () => {
    for (const row of rows) {
      const last = row.at(-1) ?? '';
      if (last === 'the same') continue;
      const commands = codeWords(last);
      assert.ok(commands.length > 0, `${row[0]}: names a command`);
      for (const command of commands) {
        const [, script, file] = /^npm run ([\w-]+)|^npx mocha dist\/(\S+)\.js$/.exec(command) ?? [];
        if (script !== undefined)
          assert.ok(PACKAGE.scripts[script] !== undefined, `${command}: no such script`);
        else
          assert.ok(file !== undefined && readProjectFile(`${file}.ts`) !== '', `${command}: no such test`);
      }
    }
  });
});
