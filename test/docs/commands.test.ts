import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { buildProgram } from '@signering/cli/internal/program.js';
import { markdownFiles, PACKAGE, readProjectFile } from './project-files.js';

/** npm runs these without `run`. */
const BY_NAME = /\bnpm (start|test)\b/g;
const BY_RUN = /\bnpm run ([a-z][\w:-]*)/g;
const SIGNERING =
  /\b(?:npx signering|signering-workflows:local|dist\/cli\/main\.js) ([a-z][a-z-]*)([^`\n]*)/g;

const withoutContinuations = (text: string): string => text.replaceAll(/\\\n\s*/g, '');

const documents = [...markdownFiles(), 'docker-compose.yml'].map((file) => ({
  file,
  text: withoutContinuations(readProjectFile(file)),
}));

function optionsOf(command: Command): readonly string[] {
  return [...command.options.map(({ long }) => long ?? ''), '--help'];
}

describe('commands in the documents', () => {
  for (const { file, text } of documents) {
    it(`${file}: every npm script exists`, () => {
      const named = [...text.matchAll(BY_NAME), ...text.matchAll(BY_RUN)].map(([, script]) => script ?? '');
      assert.deepEqual(
        named.filter((script) => !(script in PACKAGE.scripts)),
        [],
      );
    });

    it(`${file}: every signering command exists, with the options that are used`, async () => {
      const { commands } = await buildProgram();
      for (const [line, name, rest = ''] of text.matchAll(SIGNERING)) {
        const found = commands.find((candidate) => candidate.name() === name);
        assert.ok(found, `${line}: there is no such command`);
        const [, below] = /^ ([a-z]+)/u.exec(rest) ?? [];
        const command = found.commands.find((candidate) => candidate.name() === below) ?? found;
        for (const [option] of rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
          assert.ok(optionsOf(command).includes(option), `${line}: ${name} has no ${option}`);
        }
      }
    });
  }
});
