import { z } from 'zod';
import type { BatchCounts, BatchIdentity } from '@signering/contract';
import type { BatchEvent, BatchRecord, BatchRow, BatchStore, ListedBatch } from './batch-store.js';
import { StoredContentDamagedError } from './errors.js';
import { digestName, encodePathName } from './path-name.js';
import type { StoredFiles } from './stored-files.js';
import { parseStoredJson } from './stored-json.js';
import { isFaultOfOneEntry } from './unsettled-entry.js';

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
  lists: z.array(z.int().min(1)).exactOptional(),
  seen: z.int().min(0).exactOptional(),
  sentToo: z.boolean().exactOptional(),
  counts: z.custom<BatchCounts>((value) => typeof value === 'object').exactOptional(),
});

/** A folder of numbered files, each created exclusively. */
type Series = 'rows' | 'log';

const FILE = /^(.+)\/(rows|log)\/([1-9][0-9]*)\.json$/u;

/** The folder of markers. */
const OPEN = 'open';
const MARKER = /^open\/(.+)-([1-9][0-9]*)$/u;

/** A marker without any event is removed after this time, in milliseconds. */
const ORPHANED_AFTER_MS = 24 * 60 * 60_000;

/** What batches need of the files of their area. */
export type BatchFiles = Pick<StoredFiles, 'list' | 'read' | 'writeIfAbsent' | 'ensureDurable' | 'remove'>;

/**
 * Stores lists of rows as `{organisation}/{digest of the reference}/rows/{number}.json`, and the log as `…/log/{number}.json`. Each event
 * that opens a batch has a marker `open/{organisation}/{digest}-{its number in the log}`. The marker is written before the event
 * and removed after an ENDED that knows the event, so a killed process leaves an extra marker and never loses one. A walk removes
 * markers of an empty log after a day, so the marker is also restored after the event.
 */
export class StoredBatches implements BatchStore {
  readonly #files: BatchFiles;

  constructor(files: BatchFiles) {
    this.#files = files;
  }

  addRows(batch: BatchIdentity, rows: readonly BatchRow[]): Promise<number> {
    return this.#append(batch, 'rows', { rows });
  }

  async lists(batch: BatchIdentity): Promise<readonly number[]> {
    const newest = await this.#newest(folderOfBatch(batch), 'rows');
    return Array.from({ length: newest }, (_, index) => index + 1);
  }

  newest(batch: BatchIdentity): Promise<number> {
    return this.#newest(folderOfBatch(batch), 'log');
  }

  async *rows(batch: BatchIdentity, lists: readonly number[]): AsyncGenerator<BatchRow> {
    const seen = new Set<string>();
    for (const number of lists) {
      const { rows } = await this.#read(folderOfBatch(batch), `rows/${number}.json`, ROWS);
      for (const { reference, row } of rows) {
        if (seen.has(reference)) continue;
        seen.add(reference);
        yield { reference, row };
      }
    }
  }

  async record(batch: BatchIdentity, event: BatchEvent): Promise<number> {
    const folder = folderOfBatch(batch);
    const isOpening = opens(event.event);
    const number = await this.#append(batch, 'log', event, (next) =>
      isOpening ? this.#mark(folder, next) : Promise.resolve(),
    );
    if (isOpening) await this.#mark(folder, number);
    if (event.event === 'ENDED') await this.#unmark(folder, event.seen ?? 0);
    return number;
  }

  async find(batch: BatchIdentity): Promise<BatchRecord | undefined> {
    const folder = folderOfBatch(batch);
    return this.#recordOf(folder, await this.#newest(folder, 'log'));
  }

  async *list(): AsyncGenerator<ListedBatch> {
    const newest = new Map<string, number>();
    for await (const { path } of this.#files.list('', READ)) {
      const [, folder, series, number] = FILE.exec(path) ?? [];
      if (folder === undefined || series !== 'log') continue;
      newest.set(folder, Math.max(Number(number), newest.get(folder) ?? 0));
    }
    for (const [folder, number] of newest) {
      try {
        const record = await this.#recordOf(folder, number);
        if (record !== undefined) yield { record };
      } catch (error) {
        if (!isFaultOfOneEntry(error)) throw error;
        yield { folder, unreadable: error };
      }
    }
  }

  async *open(): AsyncGenerator<ListedBatch> {
    /** When the newest marker of a folder was written, in milliseconds since 1970. */
    const folders = new Map<string, number>();
    for await (const { folder, modifiedMs } of this.#markers(OPEN)) {
      folders.set(folder, Math.max(modifiedMs, folders.get(folder) ?? 0));
    }
    for (const [folder, markedAt] of folders) {
      try {
        const newest = await this.#newest(folder, 'log');
        const record = await this.#recordOf(folder, newest);
        if (record?.ended !== undefined) await this.#unmark(folder, record.newest);
        else if (record !== undefined) yield { record };
        // Its writer was killed before it wrote the first event.
        else if (newest === 0 && Date.now() - markedAt > ORPHANED_AFTER_MS) {
          await this.#unmark(folder, Infinity);
        }
      } catch (error) {
        if (!isFaultOfOneEntry(error)) throw error;
        yield { folder, unreadable: error };
      }
    }
  }

  async #mark(folder: string, number: number): Promise<void> {
    const path = `${OPEN}/${folder}-${number}`;
    if (await this.#files.writeIfAbsent(path, '', { attempt: WRITE })) return;
    // The process that wrote it may have been killed before it synced the name.
    await this.#files.ensureDurable(path, WRITE);
  }

  /** Removes the markers of a folder up to a number of its log. Idempotent. */
  async #unmark(folder: string, upTo: number): Promise<void> {
    const organization = folder.slice(0, folder.indexOf('/'));
    for await (const marker of this.#markers(`${OPEN}/${organization}`)) {
      if (marker.folder === folder && marker.number <= upTo) await this.#files.remove(marker.path, WRITE);
    }
  }

  async *#markers(within: string): AsyncGenerator<{
    readonly path: string;
    readonly folder: string;
    readonly number: number;
    readonly modifiedMs: number;
  }> {
    for await (const { path, modifiedMs } of this.#files.list(within, READ)) {
      const [, folder, number] = MARKER.exec(path) ?? [];
      if (folder !== undefined) yield { path, folder, number: Number(number), modifiedMs };
    }
  }

  async #recordOf(folder: string, newest: number): Promise<BatchRecord | undefined> {
    let record: BatchRecord | undefined;
    for (let number = 1; number <= newest; number += 1) {
      const event = await this.#read(folder, `log/${number}.json`, EVENT);
      record = after(record, event, number);
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

  /** @param before done before a number is taken */
  async #append(
    batch: BatchIdentity,
    series: Series,
    content: object,
    before: (number: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<number> {
    const folder = folderOfBatch(batch);
    const { organizationNumber, reference } = batch;
    const text = `${JSON.stringify({ version: 1, organizationNumber, reference, ...content })}\n`;
    // Another process may write the same number first.
    for (let number = (await this.#newest(folder, series)) + 1; ; number += 1) {
      const path = `${folder}/${series}/${number}.json`;
      await before(number);
      if (await this.#files.writeIfAbsent(path, text, { attempt: WRITE })) return number;
    }
  }
}

function after(
  earlier: BatchRecord | undefined,
  logged: z.infer<typeof EVENT>,
  number: number,
): BatchRecord | undefined {
  const { event, at, by, reason, lists = [], sentToo = false, seen = 0, counts } = logged;
  const decided = { at, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
  const { organizationNumber, reference } = logged;
  const first: BatchRecord = {
    organizationNumber,
    reference,
    releasedAt: at,
    lists: [],
    activeSince: at,
    opened: number,
    openedAt: at,
    newest: number,
  };
  if (earlier === undefined && !opens(event)) return undefined;
  const before: BatchRecord = { ...(earlier ?? first), newest: number };
  const { paused: _, ...unpaused } = before;
  if (event === 'CANCELLED') {
    const { ended: _ended, cancelled, ...open } = unpaused;
    const unreleased = lists.filter((list) => !open.lists.includes(list));
    // A cancellation that is given again takes nothing back.
    const isLess = cancelled?.sentToo === true && !sentToo;
    const given = isLess ? cancelled : { ...decided, sentToo };
    return { ...open, opened: number, openedAt: at, cancelled: { ...given, unreleased } };
  }
  if (event === 'RELEASED') {
    const { ended: _ended, cancelled: _cancelled, ...open } = before;
    // In the order of the releases: a row keeps its place when a list that was written before is released after.
    const released = [...new Set([...open.lists, ...lists])];
    return { ...open, opened: number, openedAt: at, activeSince: at, lists: released };
  }
  // A pause must not stop a cancellation.
  if (event === 'PAUSED' && before.cancelled === undefined && before.ended === undefined)
    return { ...unpaused, paused: decided };
  if (event === 'RESUMED') return { ...unpaused, activeSince: at };
  const isOver = event === 'ENDED' && seen >= before.opened;
  return isOver ? { ...before, ended: { at, ...(counts !== undefined && { counts }) } } : before;
}

/** After such an event the batch is open. */
function opens(event: BatchEvent['event']): boolean {
  return event === 'RELEASED' || event === 'CANCELLED';
}

/** In the area of batches. References are case-sensitive and some file systems are not. */
export function folderOfBatch({ organizationNumber, reference }: BatchIdentity): string {
  return `${encodePathName(organizationNumber)}/${digestName(reference)}`;
}
