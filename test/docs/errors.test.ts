import assert from 'node:assert/strict';
import { ERROR_CODES } from '@signering/schema/internal/error-codes.js';
import { codeWords, tableRows } from './markdown.js';
import { readProjectFile } from './project-files.js';

const rows = tableRows(readProjectFile('docs/errors.md'));

describe('docs/errors.md', () => {
  it('tells of every error code, and of none that does not exist', () => {
    const told = rows.map(([code]) => codeWords(code ?? '')[0]);
    assert.deepEqual([...told].sort(), [...ERROR_CODES].sort());
  });

  it('says of every code what it means, whether to try again, and what to do', () => {
    for (const [code, meaning, retryable, whatToDo] of rows) {
      assert.ok(meaning !== undefined && meaning.length > 20, `${code} has no meaning`);
      assert.match(retryable ?? '', /^(yes|no)$/, `${code} is neither retryable nor not`);
      assert.ok(whatToDo !== undefined && whatToDo.length > 10, `${code} says nothing about what to do`);
    }
  });
});
