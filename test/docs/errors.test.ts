import assert from 'node:assert/strict';
import { ERROR_CODES, ruleOfErrorCode } from '@signering/schema';
import { codeWords, tableRows } from './markdown.js';
import { readProjectFile } from './project-files.js';

const rows = tableRows(readProjectFile('docs/errors.md'));

describe('docs/errors.md', () => {
  it('lists every error code, and no other', () => {
    const listed = rows.map(([code]) => codeWords(code ?? '')[0]);
    assert.deepEqual([...listed].sort(), [...ERROR_CODES].sort());
  });

  it('gives every code a meaning and a remedy, and what follows from the code', () => {
    for (const [cell, meaning, retryable, correctable, whatToDo] of rows) {
      const [code] = codeWords(cell ?? '');
      const known = ERROR_CODES.find((one) => one === code);
      assert.ok(known !== undefined, cell);
      assert.ok(meaning !== undefined && meaning.length > 20, `${code} has no meaning`);
      const rule = ruleOfErrorCode(known);
      assert.deepEqual(
        [retryable, correctable],
        [rule.retryable, rule.correctable].map((is) => (is ? 'yes' : 'no')),
        code,
      );
      assert.ok(whatToDo !== undefined && whatToDo.length > 10, `${code} says nothing about what to do`);
    }
  });
});
