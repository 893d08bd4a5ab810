import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { buildProgram } from '@signering/cli/internal/program.js';

const COLUMNS = 80;

function helpOf(command: Command): string {
  let printed = '';
  command.configureOutput({
    writeOut: (text) => (printed += text),
    getOutHelpWidth: () => COLUMNS,
  });
  command.outputHelp();
  return printed;
}

const program = await buildProgram();

describe('the help of the signering command', () => {
  for (const command of [program, ...program.commands]) {
    it(`${command.name()}: fits a terminal of ${COLUMNS} columns`, () => {
      const lines = helpOf(command).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > COLUMNS),
        [],
      );
    });
  }

  it("is printed without loading Temporal's SDK, which takes most of a second", () => {
    const script = `
      import Module from 'node:module';
      const { buildProgram } = await import(process.argv[1]);
      await buildProgram();
      console.log(JSON.stringify(Object.keys(Module._cache)));`;
    const args = [
      '--input-type=module',
      '-e',
      script,
      '--',
      import.meta.resolve('@signering/cli/internal/program.js'),
    ];
    const loaded = JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8' }),
    ) as readonly string[];
    assert.ok(loaded.some((file) => file.includes('commander')));
    assert.deepEqual(
      loaded.filter((file) => file.includes('@temporalio')),
      [],
    );
  });

  it('has an example for every command', () => {
    const without = program.commands.filter((command) => !/Examples?:\n {2}\$ /u.test(helpOf(command)));
    assert.deepEqual(
      without.map((command) => command.name()),
      [],
    );
  });

  for (const name of ['send', 'package']) {
    it(`${name}: explains how to keep identity numbers out of the process list`, () => {
      const command = program.commands.find((one) => one.name() === name)!;
      assert.match(
        helpOf(command),
        /Other users of the machine can read a running command line.*for --job/su,
      );
    });
  }
});
