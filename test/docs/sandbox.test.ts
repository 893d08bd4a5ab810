import assert from 'node:assert/strict';
import { ADMIN_GUIDE } from '@signering/sandbox/internal/admin/admin-guide.js';
import { SERVICE_ERRORS } from '@signering/sandbox/internal/api/service-errors.js';
import { FAULT_KINDS } from '@signering/sandbox/internal/faults/fault-kinds.js';
import { DOWNLOAD_OPERATIONS, MESSAGE_OPERATIONS } from '@signering/sandbox/internal/faults/fault-moment.js';
import { OPERATIONS } from '@signering/sandbox/internal/operations.js';
import { ORGANIZATIONS } from '@signering/sandbox/internal/organizations.js';
import { codeWords, sectionUnder, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const sandbox = readProjectFile('docs/sandbox.md');

describe('docs/sandbox.md', () => {
  it('lists exactly the operations of the admin interface', () => {
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

  it('tells every fault with its settings and the operations that it is for', () => {
    const sets: Readonly<Record<string, readonly string[]>> = {
      all: OPERATIONS,
      downloads: DOWNLOAD_OPERATIONS,
      messages: MESSAGE_OPERATIONS,
    };
    const told = tableRowsUnder(sandbox, '## Faults').map(([fault = '', settings = '', operations = '']) => ({
      name: codeWords(fault).join(' '),
      settings: [...codeWords(settings)].sort(),
      operations: operations.includes('`')
        ? codeWords(operations)
        : operations.split(', ').flatMap((set) => sets[set.trim()] ?? [set]),
    }));
    const known = FAULT_KINDS.map(({ name, settings, operations }) => ({
      name,
      settings: [...settings].sort(),
      operations: [...operations],
    }));
    assert.deepEqual(told, known);
  });

  it('tells which operations faults count as downloads and as messages', () => {
    const text = sectionUnder(sandbox, '## Faults');
    const sentence =
      /Downloads are (?<downloads>[^;]*);\s+messages the answers to (?<messages>[^.]*)\./u.exec(text);
    assert.deepEqual(codeWords(sentence?.groups?.['downloads'] ?? ''), DOWNLOAD_OPERATIONS);
    assert.deepEqual(codeWords(sentence?.groups?.['messages'] ?? ''), MESSAGE_OPERATIONS);
  });

  it('lists exactly the error codes, with their status', () => {
    const told = tableRowsUnder(sandbox, '## Errors').map(([code = '', status]) => [
      codeWords(code)[0],
      status,
    ]);
    const known = Object.entries(SERVICE_ERRORS).map(([code, status]) => [code, String(status)]);
    assert.deepEqual([...told].sort(), [...known].sort());
  });

  it('tells the number of every organisation that it has a certificate for', () => {
    const told = tableRowsUnder(sandbox, '## Senders and rules').map(([, number]) => number);
    assert.deepEqual(
      told,
      Object.values(ORGANIZATIONS).map(({ organizationNumber }) => organizationNumber),
    );
  });
});
