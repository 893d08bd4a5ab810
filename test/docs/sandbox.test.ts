import assert from 'node:assert/strict';
import { ADMIN_GUIDE } from '../../sandbox/admin/admin-guide.js';
import { OPERATIONS } from '../../sandbox/operations.js';
import { ORGANIZATIONS } from '../../sandbox/organizations.js';
import { codeWords, sectionUnder, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const sandbox = readProjectFile('docs/sandbox.md');

describe('docs/sandbox.md', () => {
  it('tells of every operation of the admin interface, and of none that does not exist', () => {
    const told = tableRowsUnder(sandbox, '## Admin interface').map(([request]) =>
      codeWords(request ?? '').join(' '),
    );
    assert.deepEqual([...told].sort(), ['GET /', ...Object.keys(ADMIN_GUIDE.routes)].sort());
  });

  it('tells of every operation that can be held', () => {
    const line = sectionUnder(sandbox, '## Holds')
      .split('\n')
      .find((text) => text.startsWith('Operations:'));
    assert.deepEqual(codeWords(line ?? ''), OPERATIONS);
  });

  it('tells the number of every organisation that it has a certificate for', () => {
    const told = tableRowsUnder(sandbox, '## Senders and rules').map(([, number]) => number);
    assert.deepEqual(
      told,
      Object.values(ORGANIZATIONS).map(({ organizationNumber }) => organizationNumber),
    );
  });
});
