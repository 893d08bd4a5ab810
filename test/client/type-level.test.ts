import assert from 'node:assert/strict';
import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT } from '../docs/project-files.js';

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
};

describe('the types of the client', () => {
  it('reject what cannot be sent and accept undefined for what is optional, under exactOptionalPropertyTypes', () => {
    const snippets = join(PROJECT, 'test', 'client', 'type-snippets.ts');
    const program = ts.createProgram([snippets], { ...OPTIONS, exactOptionalPropertyTypes: true });
    const mistakes = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${file?.fileName ?? ''}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    assert.deepEqual(mistakes, []);
  });
});
