import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { InvalidInputError, isRecord, whyUnreadable } from '@signering/schema';

/** The rows of a batch: CSV, or JSON Lines where the name ends with `.jsonl`, `.ndjson`. In UTF-8. */
export type BatchTable = BatchTableOfFile | BatchTableOfContent;

/** Rows in a file. */
export interface BatchTableOfFile {
  /** Path of a file, which is read more than once. */
  readonly file: string;
  readonly content?: undefined;
}

/** Rows in memory. */
export interface BatchTableOfContent {
  readonly content: Uint8Array;
  /** Its ending tells JSON Lines from CSV. @default CSV */
  readonly name?: string | undefined;
  readonly file?: undefined;
}

/** A row as it is written. */
export interface TableRow {
  /** As a spreadsheet numbers it: the header of a CSV file is row 1. The line of a file with JSON Lines. */
  readonly row: number;
  /** The cells by the names of their columns, without surrounding blanks. */
  readonly cells: ReadonlyMap<string, string>;
  /** Why the row cannot be read. */
  readonly mistake?: string;
}

/** In characters: a file with larger rows is damaged, or no table. */
const LARGEST_ROW = 1024 * 1024;
const TOO_LARGE = 'has a line of more than a million characters: is it a table?';

const SEPARATORS = [';', ',', '\t'] as const;

/**
 * Reads the rows one after the other. Rows without any cell are left out.
 * @throws INVALID_REQUEST for a table that cannot be read: no file, not UTF-8, no header, a column twice
 */
export async function* readTable(table: BatchTable): AsyncGenerator<TableRow> {
  const name = table.file ?? table.name ?? '';
  const text = textOf(table);
  yield* /\.(?:jsonl|ndjson)$/iu.test(name) ? jsonRows(text) : csvRows(text);
}

async function* csvRows(text: AsyncGenerator<string>): AsyncGenerator<TableRow> {
  const { head, all } = await withHead(text);
  const parser = parse({
    bom: true,
    delimiter: separatorOf(head),
    // A quotation mark that does not end would make one cell of the rest of the file.
    max_record_size: LARGEST_ROW,
    // A record of another length is a mistake of its row alone.
    relax_column_count: true,
    trim: true,
  });
  // The loop below gets the error of the source.
  pipeline(Readable.from(all), parser, () => undefined);
  let columns: readonly string[] | undefined;
  let row = 0;
  try {
    for await (const record of parser as AsyncIterable<readonly string[]>) {
      row += 1;
      if (columns === undefined) {
        if (isNoHeader(record)) continue;
        columns = columnsOf(record);
        continue;
      }
      if (record.every((cell) => cell === '')) continue;
      yield rowOf(row, columns, record);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its message may quote a cell.
    const line = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : '';
    throw unreadable(`is not CSV: check the quotation marks${line} (${error.code})`);
  }
  if (columns === undefined) throw unreadable('is empty: its first line must name the columns');
}

/** A blank line, or the line `sep=;` that tells Excel the separator: its separator splits it. */
function isNoHeader(record: readonly string[]): boolean {
  const [first = '', ...rest] = record;
  return /^(?:sep=.?)?$/iu.test(first) && rest.every((cell) => cell === '');
}

function rowOf(row: number, columns: readonly string[], record: readonly string[]): TableRow {
  const cells = new Map(columns.map((column, index) => [column, record[index] ?? '']));
  const surplus = record.slice(columns.length).some((cell) => cell !== '');
  return surplus
    ? {
        row,
        cells,
        mistake: `has ${record.length} cells, and the header names ${columns.length} columns: put cells that contain the separator into quotation marks`,
      }
    : { row, cells };
}

function columnsOf(header: readonly string[]): readonly string[] {
  // Excel fills the header up with empty cells.
  const named = header.slice(0, header.findLastIndex((name) => name !== '') + 1);
  // A template may write a letter and its mark apart, or the table: both look the same.
  const columns = named.map((name) => name.normalize('NFC'));
  const nameless = columns.indexOf('');
  if (nameless >= 0) throw unreadable(`has no name for column ${nameless + 1}: name it in the first line`);
  const value = columns.findIndex((name) => !looksLikeName(name));
  if (value >= 0) {
    throw unreadable(
      `has no name for column ${value + 1}, but what looks like a cell: its first line must name the columns`,
    );
  }
  // Without names: a file without a header has cells there.
  const twice = columns.findIndex((name, index) => columns.indexOf(name) !== index);
  if (twice >= 0) {
    const first = columns.indexOf(columns[twice] ?? '');
    throw unreadable(`names columns ${first + 1} and ${twice + 1} alike: rename one`);
  }
  return columns;
}

/** False for what looks like an address or a number of a person, which messages must not print. */
function looksLikeName(text: string): boolean {
  return !/@|\d(?:[ -]?\d){5}/u.test(text);
}

async function* jsonRows(text: AsyncGenerator<string>): AsyncGenerator<TableRow> {
  let row = 0;
  for await (const line of linesOf(text)) {
    row += 1;
    if (line.trim() === '') continue;
    const cells = cellsOfJson(line);
    yield typeof cells === 'string' ? { row, cells: new Map(), mistake: cells } : { row, cells };
  }
}

/** The cells of a line, or why it has none. */
function cellsOfJson(line: string): ReadonlyMap<string, string> | string {
  const noCells = 'must be a JSON object whose members are texts, numbers or true and false';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return noCells;
  }
  if (!isRecord(value)) return noCells;
  const cells = Object.entries(value).filter(([, cell]) => cell !== null);
  if (!cells.every(([, cell]) => ['string', 'number', 'boolean'].includes(typeof cell))) return noCells;
  if (cells.some(([, cell]) => typeof cell === 'number' && mayBeRounded(cell))) {
    return 'has a number of more than 15 digits, which JSON rounds: write it as a text in quotation marks';
  }
  return new Map(cells.map(([name, cell]) => [name.trim().normalize('NFC'), String(cell).trim()]));
}

/** JSON has no limit for digits, and JavaScript's numbers have one. */
function mayBeRounded(cell: number): boolean {
  const [digits = ''] = String(cell).split('e');
  const isExact = !Number.isInteger(cell) || Number.isSafeInteger(cell);
  return !Number.isFinite(cell) || !isExact || digits.replaceAll(/\D/gu, '').length > 15;
}

/** The separator that the header has most of, or that a line `sep=;` names. */
function separatorOf(head: string): string {
  const line = head
    .replaceAll(/"[^"]*"/gu, '')
    .split(/[\r\n]+/u)
    .find((one) => one.trim() !== '' && one !== '\uFEFF');
  if (line === undefined) return ',';
  const [, named] = /^\uFEFF?sep=([;,\t])/iu.exec(line) ?? [];
  if (named !== undefined) return named;
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

async function withHead(
  text: AsyncGenerator<string>,
): Promise<{ readonly head: string; readonly all: AsyncGenerator<string> }> {
  let head = '';
  for (let isWhole = false; !isWhole;) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
    const end = endOfFirstLine(head);
    // The text in memory is one part: only its first line is measured.
    if ((end ?? head.length) > LARGEST_ROW) {
      // Closes the file.
      await text.return(undefined);
      throw unreadable(TOO_LARGE);
    }
    isWhole = end !== undefined;
  }
  async function* all(): AsyncGenerator<string> {
    yield head;
    yield* text;
  }
  return { head, all: all() };
}

/** Where the first line ends that is not blank. Takes time in proportion to the text. */
function endOfFirstLine(text: string): number | undefined {
  const line = text.trimStart();
  const end = line.search(/[\r\n]/u);
  return end < 0 ? undefined : text.length - line.length + end;
}

async function* linesOf(text: AsyncGenerator<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of text) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LARGEST_ROW) throw unreadable(TOO_LARGE);
  }
  yield rest;
}

async function* textOf(table: BatchTable): AsyncGenerator<string> {
  if (table.file !== undefined) await demandRegularFile(table.file);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] =
    table.file === undefined ? [table.content] : createReadStream(table.file);
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw unreadable('is not UTF-8: save it as "CSV UTF-8"');
    throw unreadable(whyUnreadable(error, 'the file with the rows'));
  }
}

/** A pipe could be read only once. */
async function demandRegularFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(whyUnreadable(error, 'the file with the rows'));
  });
  if (!found.isFile()) throw unreadable('is no regular file: the rows are read more than once');
}

function unreadable(message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'The rows of the batch cannot be read', [
    { path: 'rows', message },
  ]);
}
