import assert from 'node:assert/strict';
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
