import { open, type FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import type { BatchCheck, BatchDescription, SigningClient } from '@signering/client';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { EXIT_CODES } from '../exit-codes.js';
import { readJobFile } from '../request/job-file.js';
import { batchLines, checkLines, counted } from '../terminal/batch-view.js';
import { print, printRemark } from '../terminal/print.js';
import { quotedLast } from '../terminal/quoted.js';
import { userName } from '../user-name.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface TableOptions extends SenderOption {
  readonly template: string;
  readonly json?: boolean;
}

interface CheckOptions extends TableOptions {
  readonly reference?: string;
}

interface SendOptions extends TableOptions {
  readonly reference: string;
  readonly skipWrong?: boolean;
}

interface OrderOptions extends SenderOption {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

interface CancelOptions extends OrderOptions {
  readonly reason: string;
  readonly sentToo?: boolean;
}

const TABLE_HELP = `
The table is CSV in UTF-8, with comma or semicolon, or JSON Lines if its name
ends with .jsonl. The template is a request as JSON, as send --job takes it;
{{column}} in its texts stands for the cell of each row. Files that it names
are relative to its folder.

Examples:
  $ signering batch check leases.csv --template lease.json \\
      --reference leases-2026
  $ signering batch send leases.csv --template lease.json \\
      --reference leases-2026`;

/** `signering batch`: many jobs from one table. */
export function addBatchCommand(program: Command): void {
  const batch = program
    .command('batch')
    .summary('many jobs from one table')
    .description('Sends a job for each row of a table, behind all other work, and reports their outcomes.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering batch send leases.csv --template lease.json \\\n      --reference leases-2026' +
        '\n  $ signering batch watch leases-2026',
    );
  addTableCommand(batch, 'check')
    .description('Checks every row and lists the mistakes. Sends nothing. Exit code 2: a row is wrong.')
    .option('--reference <text>', 'the name of the batch: a row that another batch sends is a mistake then')
    .action(runCheck);
  addTableCommand(batch, 'send')
    .description(
      'Sends a job for each row. Nothing is sent while a row is wrong. Repeating the command is safe: it sends only rows that ' +
        'were not handed over before.',
    )
    .requiredOption('--reference <text>', 'the name of the batch: the same for a repeated or corrected table')
    .option('--skip-wrong', 'send the rows without mistakes')
    .action(runSend);
  batch
    .command('list')
    .summary('the references of all batches')
    .description('The references of all batches.')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .action((options: SenderOption & { readonly json?: boolean }) =>
      withClient(async ({ client }) => {
        const references = await client.batches.list();
        print(references.length === 0 ? ['There are no batches.'] : references, {
          ...options,
          value: references,
        });
      }, options),
    );
  addReferenceCommand(batch, 'status', 'how far a batch is').action(
    (reference: string, options: OrderOptions) =>
      withClient(async ({ client }) => show(await client.batches.get(reference), options), options),
  );
  addReferenceCommand(batch, 'watch', 'show a batch live, until every row has an outcome').action(runWatch);
  addReferenceCommand(batch, 'results', 'write what became of each row as CSV')
    .option('--out <file>', 'a new file; by default standard output')
    .action(runResults);
  addOrderCommand(batch, 'pause', 'stop sending rows; sent jobs go on').action(
    (reference: string, options: OrderOptions) =>
      order(reference, options, (client, decided) => client.batches.pause(reference, decided)),
  );
  addOrderCommand(batch, 'resume', 'continue to send rows').action(
    (reference: string, options: OrderOptions) =>
      order(reference, options, (client, decided) => client.batches.resume(reference, decided)),
  );
  addReferenceCommand(batch, 'cancel', 'withdraw the rows that are not sent')
    .requiredOption('--reason <text>', 'why, 1 to 500 characters; no personal data')
    .option('--by <name>', 'who decides, 1 to 100 characters; by default your user name on this machine')
    .option('--sent-too', 'also cancel the open jobs at the service')
    .action((reference: string, { reason, sentToo = false, ...options }: CancelOptions) =>
      order(reference, options, (client, { by }) =>
        client.batches.cancel(reference, { reason, by, sentToo }),
      ),
    );
}

function addTableCommand(batch: Command, name: string): Command {
  return batch
    .command(name)
    .argument('<table>', 'CSV or JSON Lines')
    .requiredOption('--template <file>', 'the request, as JSON with placeholders')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText('after', TABLE_HELP);
}

function addReferenceCommand(batch: Command, name: string, summary: string): Command {
  return batch
    .command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`)
    .argument('<reference>', 'the reference of the batch')
    .addOption(senderOption())
    .option('--json', 'print JSON');
}

function addOrderCommand(batch: Command, name: string, summary: string): Command {
  return addReferenceCommand(batch, name, summary)
    .option('--reason <text>', 'why, 1 to 500 characters; no personal data')
    .option('--by <name>', 'who decides, 1 to 100 characters; by default your user name on this machine');
}

async function readSource(file: string, { template }: Pick<TableOptions, 'template'>) {
  const job = await readJobFile(template, { newReference: '{{reference}}', option: '--template' });
  if (job.flow === 'DIRECT') {
    const message = 'must be PORTAL: in the direct flow signers are at your web site';
    throw new InvalidInputError('INVALID_REQUEST', `The template ${template} cannot be used`, [
      { path: 'flow', message },
    ]);
  }
  return { table: { file }, template: { ...job.request } };
}

async function runCheck(file: string, options: CheckOptions): Promise<void> {
  const { reference } = options;
  const source = await readSource(file, options);
  await withClient(async ({ client }) => {
    const check: BatchCheck = await client.checkBatch({ ...source, reference });
    print(checkLines(check), { ...options, value: check });
    if (check.wrong > 0) process.exitCode = EXIT_CODES.callers;
  }, options);
}

async function runSend(file: string, options: SendOptions): Promise<void> {
  const { reference, skipWrong = false } = options;
  const source = await readSource(file, options);
  await withClient(async ({ client }) => {
    const started = await client.startBatch({
      ...source,
      reference,
      ...(skipWrong && { wrongRows: 'SKIP' }),
    });
    const lines = [
      ...checkLines(started),
      `Batch ${reference}: ${counted(started.added, 'new row was', 'new rows were')} handed over.`,
      `Follow it: npx signering batch watch ${quotedLast(reference)}`,
    ];
    print(lines, { ...options, value: started });
  }, options);
}

async function runWatch(reference: string, options: OrderOptions): Promise<void> {
  await withClient(async ({ client }) => {
    let last: BatchDescription | undefined;
    for await (const batch of client.batches.watch(reference)) {
      if (batch.endedAt === undefined) for (const line of batchLines(batch)) printRemark(line);
      last = batch;
    }
    if (last !== undefined) show(last, options);
  }, options);
}

function show(batch: BatchDescription, { json = false }: { readonly json?: boolean }): void {
  print(batchLines(batch), { json, value: batch });
}

async function runResults(
  reference: string,
  { out, json = false, ...options }: OrderOptions & { readonly out?: string },
): Promise<void> {
  await withClient(async ({ client }) => {
    const { batches } = client;
    const lines = json ? jsonLines(batches.results(reference)) : batches.resultsCsv(reference);
    // A batch that cannot be read leaves no file behind.
    let line = await lines.next();
    const file = out === undefined ? undefined : await openNew(out);
    try {
      for (; line.done !== true; line = await lines.next()) {
        if (file === undefined) process.stdout.write(line.value);
        else await file.write(line.value);
      }
    } finally {
      await file?.close();
    }
  }, options);
}

async function* jsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** @throws INVALID_REQUEST for a file that exists, or cannot be written */
async function openNew(out: string): Promise<FileHandle> {
  try {
    return await open(out, 'wx', 0o600);
  } catch (error) {
    const code = errorCodeOf(error) ?? 'unknown reason';
    const message =
      code === 'EEXIST'
        ? 'exists already: name a new file, because the command overwrites none'
        : `cannot be written (${code}): check the folder and its access rights`;
    throw new InvalidInputError('INVALID_REQUEST', 'The results were not written', [
      { path: '--out', message },
    ]);
  }
}

async function order(
  reference: string,
  { by = userName(), reason, ...options }: OrderOptions,
  give: (
    client: SigningClient,
    decided: { readonly by?: string | undefined; readonly reason?: string },
  ) => Promise<void>,
): Promise<void> {
  await withClient(async ({ client }) => {
    await give(client, { by, ...(reason !== undefined && { reason }) });
    show(await client.batches.get(reference), options);
  }, options);
}
