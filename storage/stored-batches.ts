import { z } from 'zod';
import type { BatchCounts, BatchIdentity } from '@signering/contract';
import type { BatchEvent, BatchRecord, BatchRow, BatchStore } from './batch-store.js';
import { StoredContentDamagedError } from './errors.js';
import { digestName, encodePathName } from './path-name.js';
import type { StoredFiles } from './stored-files.js';
import { parseStoredJson } from './stored-json.js';

const READ = 'read a batch';
const WRITE = 'write a batch';

const BATCH = { version: z.literal(1), organizationNumber: z.string(), reference: z.string() };

const ROWS = z.looseObject({
  ...BATCH,
  rows: z.array(z.looseObject({ reference: z.string(), row: z.int() })),
});

const EVENT = z.looseObject({
  ...BATCH,
  // A later version may write other words.
  event: z.string(),
  at: z.string(),
  by: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  lists: z.int().min(0).exactOptional(),
  sentToo: z.boolean().exactOptional(),
  counts: z.custom<BatchCounts>((value) => typeof value === 'object').exactOptional(),
});

/** A folder of numbered files, each created exclusively. */
type Series = 'rows' | 'log';

const FILE = /^(.+)\/(rows|log)\/([1-9][0-9]*)\.json$/u;

/**
 * Stores lists of rows as `{organisation}/{digest of the reference}/rows/{number}.json`, and the log as `…/log/{number}.json`.
 */
export class StoredBatches implements BatchStore {
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
  }

  addRows(batch: BatchIdentity, rows: readonly BatchRow[]): Promise<void> {
    return this.#append(batch, 'rows', { rows });
  }

  lists(batch: BatchIdentity): Promise<number> {
    return this.#newest(folderOf(batch), 'rows');
  }

  async *rows(batch: BatchIdentity, lists: number): AsyncGenerator<BatchRow> {
    const seen = new Set<string>();
    for (let number = 1; number <= lists; number += 1) {
      const { rows } = await this.#read(folderOf(batch), `rows/${number}.json`, ROWS);
      for (const { reference, row } of rows) {
        if (seen.has(reference)) continue;
        seen.add(reference);
        yield { reference, row };
      }
    }
  }

  record(batch: BatchIdentity, event: BatchEvent): Promise<void> {
    return this.#append(batch, 'log', event);
  }

  async find(batch: BatchIdentity): Promise<BatchRecord | undefined> {
    const folder = folderOf(batch);
    return this.#recordOf(folder, await this.#newest(folder, 'log'));
  }

  async *list(): AsyncGenerator<BatchRecord> {
    const newest = new Map<string, number>();
    for await (const { path } of this.#files.list('', READ)) {
      const [, folder, series, number] = FILE.exec(path) ?? [];
      if (folder === undefined || series !== 'log') continue;
      newest.set(folder, Math.max(Number(number), newest.get(folder) ?? 0));
    }
    for (const [folder, number] of newest) {
      const record = await this.#recordOf(folder, number);
      if (record !== undefined) yield record;
    }
  }

  async #recordOf(folder: string, newest: number): Promise<BatchRecord | undefined> {
    let record: BatchRecord | undefined;
    for (let number = 1; number <= newest; number += 1) {
      const event = await this.#read(folder, `log/${number}.json`, EVENT);
      record = after(record, event, event);
    }
    return record;
  }

  async #newest(folder: string, series: Series): Promise<number> {
    let newest = 0;
    for await (const { path } of this.#files.list(`${folder}/${series}`, READ)) {
      newest = Math.max(newest, Number(FILE.exec(path)?.[3] ?? 0));
    }
    return newest;
  }

  async #read<Content>(folder: string, name: string, shape: z.ZodType<Content>): Promise<Content> {
    const path = `${folder}/${name}`;
    const what = `the file batches/${path}`;
    const content = await this.#files.read(path, READ);
    if (content === undefined) throw new StoredContentDamagedError(what, 'is missing');
    return parseStoredJson(Buffer.from(content).toString('utf8'), shape, what);
  }

  async #append(batch: BatchIdentity, series: Series, content: object): Promise<void> {
    const folder = folderOf(batch);
    const { organizationNumber, reference } = batch;
    const text = `${JSON.stringify({ version: 1, organizationNumber, reference, ...content })}\n`;
    // Another process may write the same number first.
    for (let number = (await this.#newest(folder, series)) + 1; ; number += 1) {
      const path = `${folder}/${series}/${number}.json`;
      if (await this.#files.writeIfAbsent(path, text, { attempt: WRITE })) return;
    }
  }
}

function after(
  before: BatchRecord | undefined,
  { organizationNumber, reference }: BatchIdentity,
  { event, at, by, reason, lists = 0, sentToo = false, counts }: z.infer<typeof EVENT>,
): BatchRecord | undefined {
  const decided = { at, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
  if (event === 'RELEASED') {
    // Withdrawn rows that are handed over again are to be sent.
    const {
      ended: _,
      cancelled: _before,
      ...open
    } = before ?? {
      organizationNumber,
      reference,
      releasedAt: at,
      lists: 0,
    };
    return { ...open, lists: Math.max(open.lists, lists) };
  }
  if (before === undefined) return undefined;
  const { paused: _, ...unpaused } = before;
  if (event === 'PAUSED') return { ...unpaused, paused: decided };
  if (event === 'RESUMED') return unpaused;
  if (event === 'CANCELLED') {
    const { ended: _ended, ...open } = unpaused;
    return { ...open, cancelled: { ...decided, sentToo } };
  }
  const isOver = event === 'ENDED' && lists >= before.lists;
  return isOver ? { ...before, ended: { at, ...(counts !== undefined && { counts }) } } : before;
}

/** References are case-sensitive and some file systems are not. */
function folderOf({ organizationNumber, reference }: BatchIdentity): string {
  return `${encodePathName(organizationNumber)}/${digestName(reference)}`;
}
