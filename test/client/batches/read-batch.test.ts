import assert from 'node:assert/strict';
import { createWriteStream, existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { BatchMistake } from '@signering/client/internal/batches/batch-mistake.js';
import { readTable } from '@signering/client/internal/batches/batch-table.js';
import { BatchReader } from '@signering/client/internal/batches/read-batch.js';
import { onePagePdf } from '../../end-to-end/portal-jobs.js';
import { freshFolder } from '../../fixtures/run-folder.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

async function rowsOf(content: string | Uint8Array, name?: string) {
  const table = {
    content: typeof content === 'string' ? bytes(content) : content,
    ...(name !== undefined && { name }),
  };
  const rows = [];
  for await (const { row, cells, mistake } of readTable(table)) {
    rows.push({ row, ...Object.fromEntries(cells), ...(mistake !== undefined && { mistake }) });
  }
  return rows;
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').map((handle) => {
    const link = join('/proc/self/fd', handle);
    return existsSync(link) ? readlinkSync(link) : '';
  });
}

describe('the table of a batch', () => {
  it("reads Excel's form: BOM, semicolons, CRLF, quotes, line breaks in cells, blank rows", async () => {
    const text =
      '\uFEFFreference;title; \r\n\ta-1 ;"Lease; ""small""\r\nof Kari"\r\n;;\r\na-2;Leie på Ås;\r\n';
    assert.deepEqual(await rowsOf(text), [
      { row: 2, reference: 'a-1', title: 'Lease; "small"\r\nof Kari' },
      { row: 4, reference: 'a-2', title: 'Leie på Ås' },
    ]);
  });

  it('reads commas without a BOM, and a separator within a quoted name of a column', async () => {
    assert.deepEqual(await rowsOf('reference,"title; or name"\na-1,A'), [
      { row: 2, reference: 'a-1', 'title; or name': 'A' },
    ]);
  });

  it('reads JSON Lines, with the number of each line', async () => {
    const lines = '{"reference":"a-1","order":2,"note":null}\n\n["no object"]\nno json';
    const [first, ...rest] = await rowsOf(lines, 'rows.jsonl');
    assert.deepEqual(first, { row: 1, reference: 'a-1', order: '2' });
    assert.deepEqual(
      rest.map(({ row }) => row),
      [3, 4],
    );
    for (const { mistake } of rest) assert.match(String(mistake), /must be a JSON object/u);
  });

  it('refuses a number of JSON Lines that JSON rounds, and takes it as a text', async () => {
    const rounded = ['12345678901234567', '20260000000000000017', '1e21', '12345678901234.567', '1e400'];
    const lines = [...rounded, '"12345678901234567"', '123456789012345', '0.1'];
    const text = lines.map((reference) => `{"reference":${reference}}`).join('\n');
    const rows = await rowsOf(text, 'rows.jsonl');
    const message =
      'has a number of more than 15 digits, which JSON rounds: write it as a text in quotation marks';
    assert.deepEqual(rows, [
      ...rounded.map((_, index) => ({ row: index + 1, mistake: message })),
      { row: 6, reference: '12345678901234567' },
      { row: 7, reference: '123456789012345' },
      { row: 8, reference: '0.1' },
    ]);
  });

  it("skips Excel's line with the separator, and blank lines before the header", async () => {
    assert.deepEqual(await rowsOf('\uFEFFsep=;\r\nreference;title\r\na-1;A, B\r\n'), [
      { row: 3, reference: 'a-1', title: 'A, B' },
    ]);
    assert.deepEqual(await rowsOf('\r\n\r\nreference;title, of it\r\na-1;A'), [
      { row: 4, reference: 'a-1', 'title, of it': 'A' },
    ]);
  });

  it('prints no cell when the file has no line with the names of columns', async () => {
    for (const line of ['a-1,kari@example.com', 'a-1,148385 00073', 'a-1,+4799999999']) {
      await assert.rejects(rowsOf(line), (error: Error) => {
        assert.match(error.message, /no name for column 2, but what looks like a cell/u);
        assert.doesNotMatch(error.message, /kari|1483|4799/u);
        return true;
      });
    }
  });

  const refused: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    [
      'Windows-1252',
      Buffer.from('reference;title\na;\xe6\xf8\xe5', 'latin1'),
      /is not UTF-8: save it as "CSV UTF-8"/u,
    ],
    ['an empty file', '', /is empty/u],
    ['a column twice', 'a,b,a\n1,2,3', /names columns 1 and 3 alike/u],
    ['a column without a name', 'a,,b\n1,2,3', /no name for column 2/u],
    ['a file of one long line', 'x'.repeat(2_000_000), /a line of more than a million characters/u],
    ['a quote that does not end', 'a,b\n1,"2\n3,4', /is not CSV: check the quotation marks near line \d+/u],
  ];
  for (const [what, content, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(rowsOf(content), message);
    });
  }

  it('reads tables of any length, in memory and in a file', async () => {
    const row = 'a-1;A\n';
    const long = `reference;title\n${row.repeat(350_000)}`;
    const table = join(freshFolder('table'), 'long.csv');
    await writeFile(table, long);
    for (const source of [{ content: bytes(long) }, { file: table }]) {
      let rows = 0;
      for await (const _ of readTable(source)) rows += 1;
      assert.equal(rows, 350_000);
    }
  });

  it('refuses a long line in memory, and in a file before it is read to its end', async () => {
    const line = 'x'.repeat(1_000_000);
    const file = join(freshFolder('table'), 'line.csv');
    await writeFile(file, line);
    assert.equal((await readTable({ file }).next()).done, true);
    // More than a text of JavaScript can hold: to read it all fails otherwise. It takes no space on the disk.
    await truncate(file, 2 ** 30);
    for (const source of [{ content: bytes(`${line}${line}`) }, { file }]) {
      await assert.rejects(readTable(source).next(), /a line of more than a million characters/u);
    }
    // The refused file is closed.
    while (openFiles().includes(file)) await setImmediate();
  });

  it('says which row has more cells than the header', async () => {
    const [row] = await rowsOf('a,b\n1,2,3');
    assert.match(String(row?.['mistake']), /has 3 cells, and the header names 2 columns/u);
  });
});

describe('the rows of a batch', () => {
  const PIN = '14838500073';
  let folder: string;
  before(async () => {
    folder = freshFolder('batch');
    await writeFile(join(folder, 'contract.pdf'), await onePagePdf('Contract'));
  });

  const template = (more: object = {}) => ({
    title: '{{title}}',
    documents: [{ file: join(folder, 'contract.pdf') }],
    signers: [
      { personalIdentificationNumber: '{{pin}}', emailAddress: '{{email}}', order: '{{order}}' },
      { emailAddress: '{{email2?}}' },
    ],
    ...more,
  });

  async function read(text: string, used: Readonly<Record<string, unknown>> = template()) {
    const reader = new BatchReader(
      { table: { content: bytes(text) }, template: used },
      { pollingQueue: 'q' },
    );
    const rows = [];
    const mistakes: BatchMistake[] = [];
    for await (const one of reader.rows()) {
      if ('job' in one) rows.push(one.job);
      else mistakes.push(...one.mistakes);
    }
    return { rows, mistakes, unused: reader.unusedColumns, warnings: reader.warnings };
  }

  const HEADER = 'reference,title,pin,email,order,email2';

  it('fills texts and numbers, and leaves out what a row leaves empty', async () => {
    const { rows, mistakes } = await read(
      `${HEADER}\na-1,A,${PIN},a@example.com,3,\na-2,B,${PIN},,,b@example.com`,
    );
    assert.deepEqual(
      mistakes.map(({ place, path }) => `${place}: ${path}`),
      ['row 3, columns pin, email, order: signers[0]'],
    );
    assert.equal(rows.length, 1);
    const [{ terms }] = rows as [(typeof rows)[0]];
    assert.deepEqual(terms.signers, [
      { personalIdentificationNumber: PIN, order: 3, notifications: { emailAddress: 'a@example.com' } },
    ]);
  });

  it('takes mobile and identity numbers in groups of digits, as people write them', async () => {
    const grouped = `${PIN.slice(0, 6)} ${PIN.slice(6)}`;
    const { rows, mistakes } = await read(`${HEADER}\na-1,A,${grouped},+47 912-34\u00a0567,1,`, {
      ...template(),
      signers: [{ mobileNumber: '{{email}}', personalIdentificationNumber: '{{pin}}' }],
    });
    assert.deepEqual(mistakes, []);
    assert.deepEqual(rows[0]?.terms.signers, [
      { personalIdentificationNumber: PIN, notifications: { mobileNumber: '+4791234567' } },
    ]);
  });

  it('fills dates and deadlines', async () => {
    const dated = template({ activationTime: '{{email2}}', availableSeconds: '{{order}}' });
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const { rows, mistakes } = await read(`${HEADER}\na-1,A,${PIN},a@example.com,86400,${at}`, {
      ...dated,
      signers: [{ emailAddress: '{{email}}', personalIdentificationNumber: '{{pin}}' }],
    });
    assert.deepEqual(mistakes, []);
    const { activationTime = '', availableSeconds } = rows[0]?.terms.availability ?? {};
    assert.deepEqual([Date.parse(activationTime), availableSeconds], [Date.parse(at), 86_400]);
  });

  it('lists every mistake of every row, by row and column, and no value', async () => {
    const { mistakes } = await read(`${HEADER}\na-1,,12345678901,nowhere,x,\na-1,B,${PIN},a@example.com,1,`);
    const places = mistakes.map(({ place, path }) => `${place}: ${path}`);
    for (const expected of [
      'row 2, column title: title',
      'row 2, column pin: signers[0].personalIdentificationNumber',
      'row 2, column email: signers[0].emailAddress',
      'row 2, column order: signers[0].order',
      'row 3, column reference: reference',
    ]) {
      assert.ok(places.includes(expected), `${expected} in ${places.join('; ')}`);
    }
    assert.doesNotMatch(JSON.stringify(mistakes), /12345678901|nowhere/u);
    const [twice] = mistakes.filter(({ path }) => path === 'reference');
    assert.equal(twice?.reason, 'SAME_REFERENCE');
    const [title] = mistakes.filter(({ path }) => path === 'title');
    assert.equal(title?.message, 'has an empty cell, and must be a text');
    assert.equal(title.reason, 'CELL_EMPTY');
  });

  it('names an unknown placeholder with the column that is meant, and unused columns', async () => {
    await assert.rejects(
      read(`${HEADER}\na-1,A,${PIN},a@example.com,1,`, template({ title: '{{titel}}' })),
      /\{\{titel\}\}: the table has no such column: did you mean \{\{title\}\}\?/u,
    );
    await assert.rejects(
      read(
        `${HEADER},Godkjent?\na-1,A,${PIN},a@example.com,1,,ja`,
        template({ title: 'Lease {{Godkjent?}}' }),
      ),
      /\{\{Godkjent\}\}: the table has no such column: rename the column, because a \? at the end/u,
    );
    // A file without a header.
    await assert.rejects(read(`Kari Nordmann,Lease\nOla Nordmann,Lease`), (error: Error) => {
      assert.match(error.message, /no column of the table is named in the template/u);
      assert.doesNotMatch(error.message, /Nordmann|Lease/u);
      return true;
    });
    await assert.rejects(read(`Kari Nordmann,titles,emial\nOla Nordmann,Lease,x`), (error: Error) => {
      assert.doesNotMatch(error.message, /titles|emial/u, 'a cell that is similar to a placeholder');
      return true;
    });
    const { unused } = await read(`${HEADER},note\na-1,A,${PIN},a@example.com,1,,x`);
    assert.deepEqual(unused, ['note']);
  });

  it('finds a column whose name has a letter and its mark apart in the table or in the template', async () => {
    const [apart, composed] = ['A\u030Ar', 'År'];
    for (const [column, placeholder] of [
      [apart, composed],
      [composed, apart],
    ]) {
      const ofColumn = template({ title: `Lease {{${placeholder}}}` });
      const row = `a-1,A,${PIN},a@example.com,1,`;
      const { mistakes, unused } = await read(`${HEADER},${column}\n${row},2026`, ofColumn);
      assert.deepEqual([mistakes, unused], [[], ['title']]);
      assert.deepEqual(await rowsOf(`{"${apart}":"2026"}`, 'rows.jsonl'), [{ row: 1, [composed]: '2026' }]);
    }
  });

  it('warns of references that lost leading zeros, and of numbers that a spreadsheet rounded', async () => {
    const row = (reference: string, title: string) => `${reference},${title},${PIN},a@example.com,1,\n`;
    const short = await read(`${HEADER}\n${row('0123', 'A')}${row('99', '"1,23E+10"')}`);
    assert.deepEqual(
      short.warnings.map(({ place, message }) => [place, message.split(':')[0]]),
      [
        ['row 3, column title', 'looks like a long number that a spreadsheet rounded'],
        ['column reference', 'has numbers of 2 to 4 digits, and a spreadsheet removes leading zeros'],
      ],
    );
    const many = await read(`${HEADER}\n${row('a-1', '1.5E+11')}${row('2', '1.6E+11')}`);
    assert.deepEqual(
      many.warnings.map(({ row: first, message }) => [first, /as 1 more/u.test(message)]),
      [[2, true]],
    );
    const right = await read(`${HEADER}\n${row('12', 'Flat 1E5')}${row('34', 'B')}`);
    assert.deepEqual([right.warnings, right.mistakes], [[], []]);
  });

  it('says a mistake of the template without a row, and a missing document with its column', async () => {
    const wrong = template({
      description: 'x'.repeat(500),
      documents: [{ file: join(folder, '{{email2}}') }],
    });
    const { mistakes } = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,none.pdf`, wrong);
    const places = mistakes.map(({ place, path }) => `${place}: ${path}`);
    assert.ok(places.includes('template: description'), places.join('; '));
    assert.ok(places.includes('row 2, column email2: documents[0].file'), places.join('; '));
  });

  it('demands the cells of signers that the template does not mark as optional, and that they differ', async () => {
    const demanding = template({ signers: [{ emailAddress: '{{email}}' }, { emailAddress: '{{email2}}' }] });
    const { mistakes } = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,`, demanding);
    assert.deepEqual(
      mistakes.map(({ place, path }) => `${place}: ${path}`),
      ['row 2, column email2: signers[1]'],
    );
    assert.match(mistakes[0]?.message ?? '', /\{\{column\?\}\}/u);
    assert.equal(mistakes[0]?.reason, 'CELL_EMPTY');
    const withoutDocument = template({
      documents: [{ file: join(folder, 'contract.pdf'), title: '{{email2}}' }],
      signers: [{ emailAddress: '{{email}}' }],
    });
    const empty = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,`, withoutDocument);
    assert.deepEqual(
      empty.mistakes.map(({ path }) => path),
      ['documents[0]'],
    );
    const usedTwice = template({
      title: '{{email2}}',
      documents: [{ file: join(folder, 'contract.pdf'), title: '{{email2}}' }],
      signers: [{ emailAddress: '{{email}}' }],
    });
    const once = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,`, usedTwice);
    assert.deepEqual(
      once.mistakes.map(({ path }) => path),
      ['documents[0]'],
      'one empty cell is one mistake',
    );
    const twice = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,a@example.com`, demanding);
    assert.deepEqual(
      twice.mistakes.map(({ place, reason }) => [place, reason]),
      [['row 2, column email2', 'SAME_SIGNER']],
    );
  });

  it('refuses documents outside the folder of the template, also behind a link, and what is no regular file', async () => {
    const outside = join(freshFolder('outside'), 'hr.pdf');
    await writeFile(outside, await onePagePdf('Salaries'));
    await symlink(outside, join(folder, 'link.pdf'));
    await mkdir(join(folder, 'folder.pdf'));
    const filled = template({ documents: [{ file: `${folder}/{{email2}}` }] });
    for (const [cell, message] of [
      [relative(folder, outside), /must be below the folder of the template/u],
      ['link.pdf', /must be below the folder of the template/u],
      ['../missing.pdf', /must be below the folder of the template/u],
      ['folder.pdf', /must be a regular file/u],
    ] as const) {
      const { mistakes } = await read(`${HEADER}\na-1,A,${PIN},a@example.com,1,${cell}`, filled);
      const found = mistakes.filter(({ path }) => path === 'documents[0].file');
      assert.match(found.map((one) => one.message).join(), message, cell);
    }
  });

  it('reads 10,000 rows in flat memory', async () => {
    const file = join(folder, 'many.csv');
    const padding = 'x'.repeat(2000);
    function* lines(): Generator<string> {
      yield `${HEADER},padding\n`;
      for (let row = 0; row < 10_000; row += 1) yield `r-${row},A,${PIN},a@example.com,1,,${padding}\n`;
    }
    await pipeline(Readable.from(lines()), createWriteStream(file));
    const before = process.memoryUsage().rss;
    let most = before;
    let rows = 0;
    const reader = new BatchReader({ table: { file }, template: template() }, { pollingQueue: 'q' });
    for await (const one of reader.rows()) {
      assert.ok('job' in one);
      rows += 1;
      if (rows % 500 === 0) most = Math.max(most, process.memoryUsage().rss);
    }
    assert.equal(rows, 10_000);
    // The table alone has 20 MB; each row's job would have 2 kB more.
    assert.ok(most - before < 120_000_000, `${Math.round((most - before) / 1e6)} MB more`);
  });
});
