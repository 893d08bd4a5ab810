import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartBatchRequest } from '@signering/client';
import { onePagePdf } from '../test/end-to-end/portal-jobs.js';

/** A batch as the client takes it, and the files of the same for the command. */
export interface WrittenBatch {
  readonly request: StartBatchRequest;
  readonly tableFile: string;
  readonly templateFile: string;
}

/** Writes a table of so many rows, its template and its document into a folder. */
export async function writeBatch(folder: string, count: number): Promise<WrittenBatch> {
  const [file, tableFile] = [join(folder, 'lease.pdf'), join(folder, 'leases.csv')];
  const templateFile = join(folder, 'lease.json');
  const template = { title: 'Lease', documents: [{ file }], signers: [{ emailAddress: '{{email}}' }] };
  const rows = Array.from({ length: count }, (_, index) => `row-${index};tenant-${index}@example.com\n`);
  await writeFile(file, await onePagePdf('Lease'));
  await writeFile(tableFile, `reference;email\n${rows.join('')}`);
  await writeFile(templateFile, JSON.stringify(template));
  return { request: { reference: 'leases', table: { file: tableFile }, template }, tableFile, templateFile };
}
