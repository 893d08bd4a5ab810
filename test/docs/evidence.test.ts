import assert from 'node:assert/strict';
import { EVIDENCE_RULES } from '@signering/schema';
import { tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const rows = tableRowsUnder(readProjectFile('docs/evidence.md'), '## Rules');

describe('docs/evidence.md', () => {
  it('lists every rule with its verdict and meaning, and no other rule', () => {
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4)),
      EVIDENCE_RULES.map(({ id, severity, appliesTo, meaning }) => [
        `\`${id}\``,
        severity,
        appliesTo,
        meaning,
      ]),
    );
  });

  it('says for every rule what an operator does', () => {
    for (const [id, , , , whatToDo = ''] of rows) assert.ok(whatToDo.length > 5, `${id} says nothing`);
  });
});
