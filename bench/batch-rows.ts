import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartBatchRequest } from '@signering/client';
import { batchWorkflowId } from '@signering/contract';
import { onePagePdf } from '../test/end-to-end/portal-jobs.js';
import type { TestStack } from '../test/fixtures/index.js';
import type { BenchContext, Figure } from './bench.js';

/** The reference of the batch. */
export const BATCH = 'leases';

/** A batch as the client takes it, and its files for `signering batch send`. */
export interface WrittenBatch {
  readonly request: StartBatchRequest;
  readonly tableFile: string;
  readonly templateFile: string;
}

/** Of the batch of {@link writeBatch}. */
export function workflowIdOf(stack: TestStack): string {
  return batchWorkflowId(stack.sandbox().announcement.organizationNumber, BATCH);
}

/** The number of rows of a bench. */
export function rowCountOf(
  { short, large }: BenchContext,
  { short: inShortForm }: { readonly short: number },
): number {
  if (short) return inShortForm;
  return large ? 10_000 : 2000;
}

function referencesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `row-${index}`);
}

/** Writes a table of so many rows, its template and its document into a folder. */
export async function writeBatch(folder: string, count: number): Promise<WrittenBatch> {
  const [file, tableFile] = [join(folder, 'lease.pdf'), join(folder, 'leases.csv')];
  const templateFile = join(folder, 'lease.json');
  const template = { title: 'Lease', documents: [{ file }], signers: [{ emailAddress: '{{email}}' }] };
  const rows = referencesOf(count).map((reference) => `${reference};${reference}@example.com\n`);
  await writeFile(file, await onePagePdf('Lease'));
  await writeFile(tableFile, `reference;email\n${rows.join('')}`);
  await writeFile(templateFile, JSON.stringify(template));
  return { request: { reference: BATCH, table: { file: tableFile }, template }, tableFile, templateFile };
}

/** The references of all jobs at the service. */
export async function sentReferences({ admin }: TestStack): Promise<readonly string[]> {
  return (await admin.jobs()).map((job) => String(job['reference']));
}

/** Whether each row of {@link writeBatch} is at the service once, and nothing else is. */
export async function figuresOfRowsSentOnce(stack: TestStack, count: number): Promise<readonly Figure[]> {
  const rows = new Map(referencesOf(count).map((reference) => [reference, 0]));
  let others = 0;
  for (const reference of await sentReferences(stack)) {
    const jobs = rows.get(reference);
    if (jobs === undefined) others += 1;
    else rows.set(reference, jobs + 1);
  }
  const figure = (name: string, unit: string, value: number): Figure => ({
    name: `${name} at the service`,
    unit,
    values: [value],
    target: { atMost: 0 },
  });
  const jobsOfRows = [...rows.values()];
  return [
    figure('rows without a job', 'rows', jobsOfRows.filter((jobs) => jobs === 0).length),
    figure('rows with more than one job', 'rows', jobsOfRows.filter((jobs) => jobs > 1).length),
    figure('jobs of no row', 'jobs', others),
  ];
}
