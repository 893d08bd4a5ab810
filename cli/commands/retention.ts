import type { Command } from 'commander';
import type { RetentionItem, RetentionPart } from '@signering/client';
import { withClient } from '../client.js';
import { formatMoment } from '../syntax/moment.js';
import { print } from '../terminal/print.js';

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `signering retention`: removes now what the settings of the workers say, or lists it. */
export function addRetentionCommand(program: Command): void {
  program
    .command('retention')
    .summary('remove what the retention settings say, or list it')
    .description(
      'Has a worker remove what its retention settings say, as it does once a day, and prints the counts: documents to sign ' +
        "that no open job needs, the service's copies of archived jobs, and the archived documents of old jobs. What a legal hold names stays.",
    )
    .option('--dry-run', 'only list what would be removed, and what a legal hold keeps')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering retention --dry-run')
    .action(async (options: Options) => {
      const dryRun = options.dryRun === true;
      const run = await withClient(({ client }) => client.runRetention({ dryRun }), {});
      const { documents, serviceCopies, archive } = run;
      const lines = [
        ...linesOf('Documents to sign', documents, dryRun),
        ...linesOf("The service's copies of archived jobs", serviceCopies, dryRun),
        ...linesOf('Archived documents of jobs', archive, dryRun),
      ];
      print(lines, { ...options, value: run });
    });
}

function linesOf(what: string, part: RetentionPart | undefined, dryRun: boolean): readonly string[] {
  if (part === undefined) return [`${what}: kept, because the workers have no setting for it.`];
  const { afterDays, removed, inUse, held, refused, more, stopped, items = [] } = part;
  const counts = [
    `${removed} ${dryRun ? 'would be removed' : 'removed'}`,
    ...(inUse > 0 ? [`${inUse} kept for open jobs`] : []),
    ...(held > 0 ? [`${held} kept by a legal hold`] : []),
    ...(refused > 0 ? [`${refused} refused; the log of the worker has the reasons`] : []),
  ];
  return [
    `${what}, after ${afterDays} ${afterDays === 1 ? 'day' : 'days'}: ${counts.join(', ')}.`,
    ...items.map(lineOf),
    ...(stopped === undefined ? [] : [`  Stopped: ${stopped}.`]),
    ...(more ? ['  There is more: the next run continues.'] : []),
  ];
}

function lineOf({ decision, sha256, size, reference, since }: RetentionItem): string {
  const what = reference ?? `${sha256 ?? ''} (${size ?? 0} bytes)`;
  return `  ${decision === 'HELD' ? 'held' : 'remove'}  ${what}, since ${formatMoment(since)}`;
}
