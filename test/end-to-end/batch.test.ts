import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import type { BatchDescription, SigningClient } from '@signering/client';
import { batchWorkflowId, describeBatchQuery, signingWorkflowId } from '@signering/contract';
import type { SigneringProcess } from '@signering/dev-stack/internal/processes/index.js';
import { createPayloadCodec } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage } from '@signering/storage';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { onePagePdf, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';
import { codeBlocks } from '../docs/markdown.js';
import { readProjectFile } from '../docs/project-files.js';

const TEMPLATE = {
  title: '{{title}}',
  documents: [{ file: 'terms.pdf', title: 'Terms' }, { file: '{{contract}}' }],
  signers: [
    { personalIdentificationNumber: '{{pin}}', emailAddress: '{{email}}', order: '{{order}}' },
    { emailAddress: '{{second?}}' },
  ],
};

describe('signering batch', () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: SigneringProcess;
  let connection: Connection;
  useSigningStack(
    (one) => {
      ({ stack, client, worker, connection } = one);
    },
    { settings: { SIGNERING_AMBIGUOUS_CREATE: 'ask' } },
  );

  before(async () => {
    await write('template.json', JSON.stringify(TEMPLATE));
    await writeFile(join(stack.folder, 'terms.pdf'), await onePagePdf('Terms'));
    await writeFile(join(stack.folder, 'contract.pdf'), await onePagePdf('Contract'));
  });

  const write = (name: string, content: string) => writeFile(join(stack.folder, name), content);
  const at = (name: string) => join(stack.folder, name);

  /** A table as Excel writes it: BOM, semicolons, CRLF. */
  async function table(name: string, references: readonly string[], title = 'Lease; "small"'): Promise<void> {
    const lines = references.map((reference) =>
      [
        reference,
        `"${title.replaceAll('"', '""')}"`,
        'contract.pdf',
        SYNTHETIC_SIGNERS[0],
        'a@example.com',
        '1',
        '',
      ].join(';'),
    );
    await write(name, `\uFEFFreference;title;contract;pin;email;order;second\r\n${lines.join('\r\n')}\r\n`);
  }

  async function send(name: string, reference: string, ...more: readonly string[]) {
    return stack.signering(
      'batch',
      'send',
      at(name),
      '--template',
      at('template.json'),
      '--reference',
      reference,
      ...more,
    );
  }

  async function sandboxReferences(prefix: string): Promise<readonly string[]> {
    const jobs = await stack.admin.jobs();
    return jobs
      .map((job) => String(job['reference']))
      .filter((one) => one.startsWith(prefix))
      .sort();
  }

  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${10 + index}`);

  const allSent = (reference: string) =>
    waitFor<BatchDescription>(
      async () => {
        const batch = await client.batches.get(reference);
        return batch.counts.UNSENT === 0 ? batch : undefined;
      },
      {
        what: `batch ${reference} is sent`,
        explain: () => worker.logged().slice(-4000),
      },
    );

  /** Whether the batch's workflow knows that it is paused. */
  async function handledBy(reference: string): Promise<boolean> {
    const id = batchWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', reference);
    return (await workflowsOf(stack, connection).getHandle(id).query(describeBatchQuery)).isPaused;
  }

  it('sends a row once, however often its file is sent, and reports each outcome', async () => {
    await table('first.csv', named('first-', 4));
    const sent = await send('first.csv', 'first');
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.match(sent.stdout, /4 rows are right, 0 are wrong/u);
    await allSent('first');
    assert.deepEqual(await sandboxReferences('first-'), named('first-', 4));

    await table('first.csv', named('first-', 6));
    const corrected = await send('first.csv', 'first', '--json');
    const { added, known } = JSON.parse(corrected.stdout) as {
      readonly added: number;
      readonly known: number;
    };
    assert.deepEqual({ added, known }, { added: 2, known: 4 });
    await allSent('first');
    assert.deepEqual(await sandboxReferences('first-'), named('first-', 6));

    const jobs = (await stack.admin.jobs()).filter((job) => String(job['reference']).startsWith('first-'));
    for (const [index, { signatureJobId }] of jobs.entries()) {
      await stack.admin.act(signatureJobId, 1, index === 0 ? 'reject' : 'sign');
    }
    const watched = await stack.signering('batch', 'watch', 'first', '--json');
    const { state, sent: created, counts } = JSON.parse(watched.stdout) as BatchDescription;
    assert.equal(state, 'COMPLETED');
    assert.deepEqual([created, counts.SIGNED, counts.REJECTED], [6, 5, 1]);
    const { stdout } = await stack.signering('batch', 'results', 'first');
    const [header, ...rows] = stdout.trimEnd().split('\r\n');
    assert.equal(header, '\uFEFFrow;reference;state;signatureJobId;endedAt;archiveFolder');
    assert.equal(rows.length, 6);
    assert.match(rows[5] ?? '', /^7;first-15;SIGNED;\d+;.*Z;.*first-15$/u);
    // The storage may hold a reference that the client refuses.
    const { batches } = await openFileStorage({ root: stack.storageFolder });
    const formulas = { organizationNumber: stack.env['SIGNERING_ORGANIZATION'] ?? '', reference: 'formulas' };
    const now = new Date().toISOString();
    const lists = [await batches.addRows(formulas, [{ reference: ' =1+1', row: 2 }])];
    await batches.record(formulas, { event: 'RELEASED', at: now, lists });
    await batches.record(formulas, { event: 'ENDED', at: now, seen: 1 });
    const { stdout: cells } = await stack.signering('batch', 'results', 'formulas');
    assert.match(cells, /\r\n2;' =1\+1;UNSENT;;;\r\n$/u);
    for (const [reference, message] of [
      ['first', /--out: exists already/u],
      ['nowhere', /There is no batch "nowhere"/u],
    ] as const) {
      const refused = await stack.signering('batch', 'results', reference, '--out', at('first.csv'));
      assert.equal(refused.exitCode, 2, refused.stderr);
      assert.match(refused.stderr, message);
    }
  });

  it('says with which command to follow a batch, in the form that a shell takes', async () => {
    for (const [reference, words] of [
      ['Leie 2026 #7', "'Leie 2026 #7'"],
      ['-7', '-- -7'],
    ] as const) {
      await table('follow.csv', [`follow-${reference.length}`]);
      const { stdout, stderr } = await send('follow.csv', reference);
      assert.ok(stdout.endsWith(`Follow it: npx signering batch watch ${words}\n`), stdout + stderr);
      await allSent(reference);
    }
  });

  it('sends nothing while a row is wrong, and says which and why', async () => {
    await table('wrong.csv', ['wrong-1', 'wrong-2', 'wrong-1']);
    const refused = await send('wrong.csv', 'wrong');
    assert.equal(refused.exitCode, 2);
    assert.match(
      refused.stderr,
      /Nothing was sent: 1 row has mistakes: row 4, column reference: .* of row 2/u,
    );
    assert.deepEqual(await sandboxReferences('wrong-'), []);
    await table('again.csv', ['first-10']);
    for (const asked of [
      await send('again.csv', 'again'),
      await stack.signering(
        'batch',
        'check',
        at('again.csv'),
        '--template',
        at('template.json'),
        '--reference',
        'again',
      ),
    ]) {
      assert.equal(asked.exitCode, 2, asked.stderr);
      const said = asked.stdout + asked.stderr;
      assert.match(said, /row 2, column reference: reference belongs to batch "first"/u);
    }
    await table('first.csv', ['first-10'], 'Another title');
    const other = await stack.signering('batch', 'check', at('first.csv'), '--template', at('template.json'));
    assert.equal(other.exitCode, 2);
    assert.match(other.stdout, /row 2, column reference: reference belongs to a job with other content/u);

    const skipped = await send('wrong.csv', 'wrong', '--skip-wrong');
    assert.equal(skipped.exitCode, 0, skipped.stderr);
    assert.match(skipped.stdout, /2 rows are right, 1 is wrong/u);
    await allSent('wrong');
    assert.deepEqual(await sandboxReferences('wrong-'), ['wrong-1', 'wrong-2']);
  });

  it('says in one sentence what is wrong with a table, and prints no cell of it', async () => {
    const header = 'reference;title;contract;pin;email;order;second';
    const row = `secret-1;Lease;contract.pdf;${SYNTHETIC_SIGNERS[0]};secret@example.com;1;`;
    await write('empty.csv', '');
    await write('header.csv', header);
    await write('mixed.csv', `${header}\n${row.replaceAll(';', ',')}`);
    await write('columns.csv', `${header.replace('pin', 'number')}\n${row}`);
    await write('quote.csv', `${header}\n${row.replace('Lease', '"Lease')}`);
    await write('twice.csv', `${header}\n${row}\n${row}`);
    await write('document.csv', `${header}\n${row.replace('contract.pdf', 'missing.pdf')}`);
    await write('locked.csv', `${header}\n${row}`);
    await chmod(at('locked.csv'), 0o000);
    const root = process.getuid?.() === 0;
    const cases: readonly (readonly [string, RegExp])[] = [
      ['none.csv', /there is no such file/u],
      ['.', /is no regular file/u],
      ['empty.csv', /is empty: its first line must name the columns/u],
      ['header.csv', /the table has no rows/u],
      ['mixed.csv', /row 2, column/u],
      ['columns.csv', /\{\{pin\}\}: the table has no such column/u],
      ['quote.csv', /check the quotation marks/u],
      ['twice.csv', /row 3, column reference: reference is also the reference of row 2/u],
      ['document.csv', /row 2, column contract: documents\[1\]\.file/u],
      ...(root ? [] : [['locked.csv', /cannot be read \(EACCES\)/u] as const]),
    ];
    for (const [name, message] of cases) {
      const { exitCode, stdout, stderr } = await send(name, 'refused');
      assert.equal(exitCode, 2, `${name}: ${stderr}`);
      assert.match(stderr, message, name);
      assert.doesNotMatch(stdout + stderr, /secret|Lease|\n\s+at /u, name);
      assert.ok(!(stdout + stderr).includes(SYNTHETIC_SIGNERS[0] ?? '-'), name);
    }
    const noRows = await stack.signering(
      'batch',
      'check',
      at('header.csv'),
      '--template',
      at('template.json'),
    );
    assert.deepEqual([noRows.exitCode, noRows.stdout], [2, '']);
    assert.match(noRows.stderr, /rows: the table has no rows/u);
    const noTemplate = await stack.signering(
      'batch',
      'check',
      at('twice.csv'),
      '--template',
      at('none.json'),
    );
    assert.equal(noTemplate.exitCode, 2);
    assert.match(noTemplate.stderr, /--template: there is no such file/u);
    assert.deepEqual(await sandboxReferences('secret-'), []);
  });

  it('cancels sent rows past one whose creation is in doubt, and that one after the answer, behind people', async () => {
    await table('doubt.csv', ['doubt-1', 'doubt-2']);
    await hold(stack.admin, 'create', 'after');
    assert.equal((await send('doubt.csv', 'doubt')).exitCode, 0);
    await waitUntilHolding(stack.admin, 'create');
    await waitFor(async () => (await client.batches.get('doubt')).counts.WAITING === 1, {
      what: 'the other row is sent',
    });
    await stack.sandbox().kill9();
    await stack.restartSandbox();
    const doubted = await waitFor(
      async () => {
        for (const reference of ['doubt-1', 'doubt-2']) {
          const job = await client.getJob(reference).catch(() => undefined);
          if (job?.state === 'CREATE_AMBIGUOUS') return reference;
        }
        return undefined;
      },
      { what: 'a row waits for an operator', explain: () => worker.logged().slice(-4000) },
    );
    await allSent('doubt');
    await client.batches.cancel('doubt', { reason: 'Not now', by: 'kari', sentToo: true });
    const isCancelled = (count: number) =>
      waitFor(async () => (await client.batches.get('doubt')).counts.CANCELLED === count, {
        what: `${count} rows are cancelled`,
        explain: () => worker.logged().slice(-4000),
      });
    await isCancelled(1);
    await client.answerAmbiguousCreate(doubted, 'SEND_AGAIN');
    await isCancelled(2);
    const { decisions } = await client.getJob(doubted);
    assert.deepEqual(
      decisions?.filter(({ decision }) => decision === 'CANCEL').map(({ by, reason }) => [by, reason]),
      [['kari', 'Not now']],
    );
    const id = signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', doubted);
    const { events } = await workflowsOf(stack, connection).getHandle(id).fetchHistory();
    const inputs = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'cancelSignatureJob' ? (scheduled.input?.payloads ?? []) : [],
    );
    const { keys } = loadClientSettings(stack.env);
    const [input] = await createPayloadCodec(keys).decode(inputs);
    assert.match(Buffer.from(input?.data ?? []).toString('utf8'), /"bulk":true/u);
  });

  it('sends each row exactly once although the worker is killed in the middle', async () => {
    const references = named('killed-', 20);
    await table('killed.csv', references);
    // One row does not get there, so the others are not all.
    await hold(stack.admin, 'create', 'before');
    assert.equal((await send('killed.csv', 'killed')).exitCode, 0);
    await waitUntilHolding(stack.admin, 'create');
    await waitFor(async () => (await sandboxReferences('killed-')).length >= 3, {
      what: 'some rows are sent',
    });
    await worker.kill9();
    assert.ok((await sandboxReferences('killed-')).length < references.length, 'killed in the middle');
    await releaseHolds(stack.admin);
    worker = await stack.startWorker();
    await allSent('killed');
    // A call that the kill cut off may have made a job: only a person may send that row again.
    const arrived = await sandboxReferences('killed-');
    for (const lost of references.filter((reference) => !arrived.includes(reference))) {
      await client.answerAmbiguousCreate(lost, 'SEND_AGAIN');
    }
    await waitFor(async () => (await sandboxReferences('killed-')).length >= references.length, {
      what: 'rows that the kill cut off are sent',
    });
    assert.deepEqual(await sandboxReferences('killed-'), references);
  });

  it('sends nothing while it is paused, withdraws unsent rows, and sends them when their file is sent again', async () => {
    await worker.kill9();
    const references = named('paused-', 3);
    await table('paused.csv', references);
    assert.equal((await send('paused.csv', 'paused')).exitCode, 0);
    const paused = await stack.signering(
      'batch',
      'pause',
      'paused',
      '--by',
      'kari',
      '--reason',
      'A look at 01017000027\u001B[2J',
    );
    assert.match(paused.stdout, /paused, 3 rows, 0 sent: 3 unsent/u);
    assert.match(paused.stdout, /by kari: A look at 01\*+\\u001b\[2J\n/u);
    worker = await stack.startWorker();
    await waitFor(() => handledBy('paused'), { what: 'the worker has seen the pause' });
    assert.deepEqual(await sandboxReferences('paused-'), []);

    await client.batches.cancel('paused', { reason: 'Wrong appendix' });
    const cancelled = await allSent('paused');
    assert.deepEqual([cancelled.state, cancelled.counts.WITHDRAWN], ['CANCELLED', 3]);
    assert.deepEqual(await sandboxReferences('paused-'), []);

    assert.equal((await send('paused.csv', 'paused')).exitCode, 0);
    await allSent('paused');
    assert.deepEqual(await sandboxReferences('paused-'), references);
    await client.batches.cancel('paused', { reason: 'After all', sentToo: true });
    const ended = await waitFor(
      async () => {
        const batch = await client.batches.get('paused');
        return batch.endedAt === undefined ? undefined : batch;
      },
      { what: 'the sent jobs are cancelled', explain: () => worker.logged().slice(-4000) },
    );
    assert.equal(ended.counts.CANCELLED, 3);
  });

  it('follows docs/batches.md', async () => {
    const page = readProjectFile('docs/batches.md');
    await write('leases.csv', codeBlocks(page, 'csv').join(''));
    await write('lease.json', codeBlocks(page, 'json').join(''));
    for (const name of ['lease-101.pdf', 'lease-102.pdf']) await writeFile(at(name), await onePagePdf(name));
    for (const line of codeBlocks(page, 'sh').join('').trim().split('\n')) {
      const words = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, word]) => quoted ?? word ?? '');
      // Both jobs would have to be signed first.
      if (words.includes('watch')) continue;
      const inFolder = words.slice(1).map((word) => (/\.(?:csv|json)$/u.test(word) ? at(word) : word));
      const { exitCode, stdout, stderr } = await stack.signering(...inFolder);
      assert.equal(exitCode, 0, `${line}: ${stderr}`);
      if (words.includes('list')) assert.match(stdout, /^leases-2026$/mu);
      if (words.includes('send')) await allSent('leases-2026');
    }
    assert.deepEqual(await sandboxReferences('lease-'), ['lease-101', 'lease-102']);
  });
});
