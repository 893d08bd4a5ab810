import assert from 'node:assert/strict';
import { ADMIN_ERRORS } from '@signering/sandbox/internal/admin/admin-error.js';
import { ADMIN_ROUTES } from '@signering/sandbox/internal/admin/admin-routes.js';
import { SERVICE_ERRORS } from '@signering/sandbox/internal/api/service-errors.js';
import { FAULT_KINDS } from '@signering/sandbox/internal/faults/fault-kinds.js';
import { DOWNLOAD_OPERATIONS, MESSAGE_OPERATIONS } from '@signering/sandbox/internal/faults/fault-moment.js';
import { OPERATIONS } from '@signering/sandbox/internal/operations.js';
import { ORGANIZATIONS } from '@signering/sandbox/internal/organizations.js';
import { assertMoments } from '../assert-moments.js';
import { signerByEmail } from '../sandbox/stage/order.js';
import { openTestApi } from '../sandbox/stage/test-api.js';
import { codeWords, sectionUnder, tableRowsUnder, type Row } from './markdown.js';
import { readProjectFile } from './project-files.js';

const sandbox = readProjectFile('docs/sandbox.md');

describe('docs/sandbox.md', () => {
  it('lists exactly the requests of the admin interface, with their bodies', () => {
    const told = adminRows().map(([request = '', body = '']) => [codeWords(request)[0], codeWords(body)[0]]);
    const known = ADMIN_ROUTES.map(({ method, path, body }) => [`${method} ${path}`, body]);
    assert.deepEqual(told, [['GET /', undefined], ...known]);
  });

  it('lists exactly the error codes of the admin interface, with their status', () => {
    const told = tableRowsUnder(sandbox, '### Errors of the admin interface');
    assert.deepEqual(
      told.map(([code = '', status]) => [codeWords(code)[0], Number(status)]),
      Object.entries(ADMIN_ERRORS),
    );
  });

  it('lists exactly the members of every response of the admin interface, whose times are named and in UTC', async () => {
    const api = await openTestApi();
    try {
      const create = async () => await api.createJob({ reference: 'r', signers: [signerByEmail(1)] });
      await create();
      await api.admin('POST', '/holds', { operation: 'probe', when: 'before' });
      const realAt = new Date().toISOString();
      api.parts.emails.keep({ realAt, from: '', to: [], messageId: '', subject: '', text: '' });
      await api.admin('POST', '/faults', { operation: 'probe', fault: 'reset' });
      const bodies: Readonly<Record<string, object>> = {
        'POST /clock': { advanceSeconds: 0 },
        'POST /holds': { operation: 'probe', when: 'before' },
        'POST /faults': { operation: 'probe', fault: 'reset' },
        'PUT /contact-register/{personalIdentificationNumber}': { status: 'RESERVED' },
        'PUT /mailboxes/{personalIdentificationNumber}': { status: 'OPEN' },
        'PUT /organizations/{organizationNumber}': { longTermStorage: false },
      };
      for (const [request = '', , response = ''] of adminRows()) {
        const [words = ''] = codeWords(request);
        // The other acts have the same response, and other conditions.
        if (/lose-name|fail$/u.test(words)) continue;
        const [method = '', path = ''] = words.split(' ');
        const url = path
          .replace('{signatureJobId}', path.includes('{signatureJobId}') ? await create() : '')
          .replace('{signer}', '1')
          .replace('{personalIdentificationNumber}', '30859100003')
          .replace('{organizationNumber}', '312345676');
        const status = response.startsWith('201: ') ? 201 : 200;
        const answer = await api.admin<Answer>(method as 'GET', url, bodies[words], status);
        assertMembers(answer, response, words);
        assertMoments(answer);
      }
    } finally {
      await api.close();
    }
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

type Answer = Readonly<Record<string, unknown>>;

function adminRows(): readonly Row[] {
  return tableRowsUnder(sandbox, '## Admin interface').filter(([request = '']) =>
    /^`[A-Z]+ \//u.test(request),
  );
}

/** Compares a response with its cell in the table: members, a job, or a list of either. */
function assertMembers(answer: Answer, cell: string, where: string): void {
  if (cell.startsWith('a [job]')) {
    assertJob(answer, where, codeWords(cell));
    return;
  }
  const [, list, items = ''] = /^`(\w+)`: (.*)$/u.exec(cell) ?? [];
  if (list === undefined) {
    assert.deepEqual(Object.keys(answer).sort(), [...codeWords(cell)].sort(), where);
    return;
  }
  assert.deepEqual(Object.keys(answer), [list], where);
  const all = answer[list] as readonly Answer[];
  assert.ok(
    all.length > 0 || !items.endsWith(' each') || list === 'calls',
    `${where} has nothing to compare`,
  );
  for (const one of all) {
    if (items.startsWith('a [job in short]')) assertJob(one, where);
    else if (items.endsWith(' each') && list !== 'calls') {
      const unknown = Object.keys(one).filter((name) => !codeWords(items).includes(name));
      assert.deepEqual(unknown, [], where);
    }
  }
}

/** A member that is absent at times has the word in its meaning. */
function assertJob(job: Answer, where: string, more: readonly string[] = []): void {
  const rows = tableRowsUnder(sandbox, '### Jobs').map(([names = '', meaning = '']) => ({
    names: codeWords(names),
    meaning,
  }));
  const documented = [...rows.flatMap(({ names }) => names), ...more];
  assert.deepEqual(
    Object.keys(job).filter((name) => !documented.includes(name)),
    [],
    where,
  );
  const signerMembers = codeWords(rows.find(({ names }) => names.includes('signers'))?.meaning ?? '');
  for (const signer of job['signers'] as readonly Answer[]) {
    assert.deepEqual(
      Object.keys(signer).filter((name) => !signerMembers.includes(name)),
      [],
      where,
    );
  }
}
