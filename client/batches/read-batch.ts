import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { PortalJobContent } from '@signering/contract';
import { similarTo } from '@signering/contract/schemas';
import { InvalidInputError, isRecord, MAX_DOCUMENT_BYTES, type Problem } from '@signering/schema';
import type { PortalJobRequest } from '../request/portal-job-request.js';
import { readPortalJob } from '../request/prepare-portal-job.js';
import type { PrepareOptions, PreparedJob } from '../request/prepare-request.js';
import { mistakeAt, type BatchMistake } from './batch-mistake.js';
import { readTable, type BatchTable, type TableRow } from './batch-table.js';
import { fillTemplate, placeholdersOf, withSharedDocuments, type FilledRequest } from './batch-template.js';
import { SpreadsheetTraces, type BatchWarning } from './spreadsheet-traces.js';

/** The rows of a batch, and the template that they fill. */
export interface BatchSource {
  readonly table: BatchTable;
  /**
   * A request of the portal flow. `{{column}}` in a text stands for the row's cell; without a reference it is `{{reference}}`.
   */
  readonly template: Readonly<Record<string, unknown>>;
  /** A table with more rows is refused while it is read. @default no limit */
  readonly mostRows?: number | undefined;
  /** Mistakes of rows that are kept; others are counted. @default all */
  readonly mostMistakes?: number | undefined;
}

const LEFT_OUT = {
  message:
    'has only empty cells: fill them, or write its placeholders as {{column?}} in the template if a row may leave it out',
  reason: 'CELL_EMPTY',
} as const;

/** A row that was read. */
export type ReadRow = RowOfJob | { readonly row: number; readonly mistakes: readonly BatchMistake[] };

/** A row without mistakes. */
export interface RowOfJob {
  readonly row: number;
  readonly job: PreparedJob<PortalJobContent>;
  /** The columns that its reference comes from. */
  readonly referenceColumns: readonly string[];
}

/** Reads a batch row by row, so that memory does not grow with its length. */
export class BatchReader {
  readonly #source: BatchSource;
  readonly #options: PrepareOptions;
  readonly #isKnown: (job: PreparedJob<PortalJobContent>) => Promise<boolean>;
  readonly #template: Readonly<Record<string, unknown>>;
  readonly #placeholders: ReadonlySet<string>;
  readonly #shared = new Map<string, Uint8Array>();
  /** The row of each reference. */
  readonly #references = new Map<string, number>();
  readonly #columns = new Set<string>();
  #traces: SpreadsheetTraces;

  /** @param isKnown whether the same job was handed over before. @default none was */
  constructor(
    source: BatchSource,
    options: PrepareOptions,
    isKnown: (job: PreparedJob<PortalJobContent>) => Promise<boolean> = () => Promise.resolve(false),
  ) {
    this.#isKnown = isKnown;
    this.#source = source;
    this.#options = options;
    this.#template = { reference: '{{reference}}', ...source.template };
    this.#placeholders = placeholdersOf(this.#template);
    this.#traces = this.#noTraces();
  }

  #noTraces(): SpreadsheetTraces {
    return new SpreadsheetTraces(this.#placeholders, placeholdersOf(this.#template['reference']));
  }

  /** Columns that no placeholder names, once all rows were read. */
  get unusedColumns(): readonly string[] {
    return [...this.#columns].filter((column) => !this.#placeholders.has(column));
  }

  /** Of the rows that were read. */
  get warnings(): readonly BatchWarning[] {
    return this.#traces.warnings;
  }

  /** @throws INVALID_REQUEST for a table that cannot be read, or a template that names columns it does not have; the signal's reason */
  async *rows(): AsyncGenerator<ReadRow> {
    this.#references.clear();
    this.#traces = this.#noTraces();
    await this.#readShared();
    const { table, mostRows = Infinity } = this.#source;
    let count = 0;
    for await (const row of readTable(table)) {
      this.#options.signal?.throwIfAborted();
      count += 1;
      if (count > mostRows) throw tooManyRows(mostRows);
      if (this.#columns.size === 0 && row.mistake === undefined) this.#demandColumns(row);
      for (const column of row.cells.keys()) this.#columns.add(column);
      this.#traces.look(row);
      yield await this.#read(row);
    }
  }

  async #read({ row, cells, mistake }: TableRow): Promise<ReadRow> {
    if (mistake !== undefined)
      return {
        row,
        mistakes: [{ row, columns: [], place: `row ${row}`, path: 'request', message: mistake }],
      };
    const filled = fillTemplate(this.#template, cells);
    const request = withSharedDocuments(filled.request, filled.columns, this.#shared);
    const mistakes: BatchMistake[] = [
      ...this.#duplicateOf(request['reference'], row, filled),
      ...filled.missing.map(({ path, columns }) => mistakeAt(row, columns, { path, ...LEFT_OUT })),
    ];
    const elsewhere = await this.#filesElsewhere(filled);
    mistakes.push(...elsewhere.map((problem) => mistakeOf(problem, row, filled)));
    // It is not opened: a pipe would never end.
    if (elsewhere.length > 0) return { row, mistakes };
    try {
      const { refusal, ...job } = await readPortalJob(request as unknown as PortalJobRequest, this.#options);
      // Today's rules do not concern a row that was handed over before.
      if (refusal !== undefined && !(await this.#isKnown(job))) {
        mistakes.push(...mistakesOf(refusal, row, filled));
      }
      const referenceColumns = filled.columns.get('reference') ?? [];
      return mistakes.length === 0 ? { row, job, referenceColumns } : { row, mistakes };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      mistakes.push(...mistakesOf(error, row, filled));
      return { row, mistakes };
    }
  }

  /** A cell names a file below the folder that the template names before its first placeholder. */
  async #filesElsewhere({ request, columns, templatePaths }: FilledRequest): Promise<readonly Problem[]> {
    const { documents } = request;
    if (!Array.isArray(documents)) return [];
    const checked = documents.map(async (document: unknown, index): Promise<readonly Problem[]> => {
      const path = `documents[${index}].file`;
      const file = isRecord(document) ? document['file'] : undefined;
      if (typeof file !== 'string' || !columns.has(path)) return [];
      const pattern = textAt(this.#template, templatePaths.get(path) ?? path);
      const folder = resolve(pattern.slice(0, pattern.indexOf('{{')).replace(/[^/\\]*$/u, '') || '.');
      const message = await whyNotBelow(folder, file);
      return message === undefined ? [] : [{ path, message }];
    });
    return (await Promise.all(checked)).flat();
  }

  #duplicateOf(reference: unknown, row: number, { columns }: FilledRequest): readonly BatchMistake[] {
    if (typeof reference !== 'string') return [];
    const earlier = this.#references.get(reference);
    if (earlier === undefined) {
      this.#references.set(reference, row);
      return [];
    }
    const message = `is also the reference of row ${earlier}: each row needs another one`;
    const problem = { path: 'reference', message, reason: 'SAME_REFERENCE' } as const;
    return [mistakeAt(row, columns.get('reference') ?? [], problem)];
  }

  /** Only a CSV file says before its rows which columns it has; the first line with JSON stands for all. */
  #demandColumns({ cells }: TableRow): void {
    const columns = [...cells.keys()];
    const missing = [...this.#placeholders].filter((placeholder) => !cells.has(placeholder));
    // A file without a header has cells in the place of the names: these are not printed.
    const hasHeader = missing.length < this.#placeholders.size;
    const problems = missing.map((placeholder) => {
      const meant = hasHeader ? similarTo(placeholder, columns) : undefined;
      const others = hasHeader
        ? `the columns are ${columns.join(', ')}`
        : 'no column of the table is named in the template, so check that its first line names the columns';
      const hint = columns.includes(`${placeholder}?`)
        ? 'rename the column, because a ? at the end of a placeholder means that the cell may be empty'
        : meant === undefined
          ? others
          : `did you mean {{${meant}}}?`;
      return { path: `{{${placeholder}}}`, message: `the table has no such column: ${hint}` };
    });
    if (problems.length > 0)
      throw new InvalidInputError('INVALID_REQUEST', 'The template does not fit the table', problems);
  }

  async #readShared(): Promise<void> {
    const { documents } = this.#template;
    for (const document of Array.isArray(documents) ? (documents as readonly unknown[]) : []) {
      const file = isRecord(document) ? document['file'] : undefined;
      if (typeof file !== 'string' || placeholdersOf(file).size > 0 || this.#shared.has(file)) continue;
      // What cannot be read, or is too large, is said by the check of each row.
      const size = await stat(file)
        .then((found) => found.size)
        .catch(() => Infinity);
      if (size <= MAX_DOCUMENT_BYTES) this.#shared.set(file, await readFile(file));
    }
  }
}

function tooManyRows(mostRows: number): InvalidInputError {
  const message = `are more than ${mostRows}: divide the table`;
  return new InvalidInputError('INVALID_REQUEST', 'The table is too long', [
    { path: 'rows', message, reason: 'TOO_MANY_ROWS' },
  ]);
}

/** What the template says for a document's file. */
function textAt({ documents }: Readonly<Record<string, unknown>>, path: string): string {
  const index = Number(/\[(\d+)\]/u.exec(path)?.[1]);
  const document = Array.isArray(documents) ? (documents[index] as unknown) : undefined;
  const file = isRecord(document) ? document['file'] : undefined;
  return typeof file === 'string' ? file : '';
}

/** Undefined also for a file that is missing, which the check of the document says. */
async function whyNotBelow(folder: string, file: string): Promise<string | undefined> {
  const found = await Promise.all([realpath(folder), realpath(file)]).catch(() => undefined);
  if (found === undefined) {
    const inside = resolve(file).startsWith(`${folder}${sep}`);
    return inside ? undefined : 'must be below the folder of the template';
  }
  const [top, path] = found;
  if (!path.startsWith(top.endsWith(sep) ? top : `${top}${sep}`)) {
    return 'must be below the folder of the template';
  }
  return (await stat(path)).isFile() ? undefined : 'must be a regular file';
}

/** Without what follows from an empty cell that is a mistake already: there is no document, or a text that also uses the cell. */
function mistakesOf({ problems }: InvalidInputError, row: number, filled: FilledRequest): BatchMistake[] {
  const { missing, empty, columns } = filled;
  const lacksDocument = missing.some(({ path }) => path.startsWith('documents'));
  const said = new Set(missing.flatMap((one) => one.columns));
  return problems
    .filter(({ reason }) => reason !== 'NO_DOCUMENTS' || !lacksDocument)
    .filter(({ path }) => !empty.has(path) || columns.get(path)?.some((column) => !said.has(column)))
    .map((problem) => mistakeOf(problem, row, filled));
}

function mistakeOf({ path, ...problem }: Problem, row: number, filled: FilledRequest): BatchMistake {
  const columns = columnsOf(path, filled.columns);
  // A row that leaves a signer out moves those behind it.
  const inTemplate = filled.templatePaths.get(path) ?? path;
  const { message } = problem;
  const isEmpty = filled.empty.has(path);
  return mistakeAt(columns.length > 0 ? row : undefined, columns, {
    ...problem,
    path: inTemplate,
    message: isEmpty ? `has an empty cell, and ${message}` : message,
    ...(isEmpty && { reason: 'CELL_EMPTY' }),
  });
}

/** The columns of a path, or of what is below it. */
function columnsOf(path: string, columns: FilledRequest['columns']): readonly string[] {
  const own = columns.get(path);
  if (own !== undefined) return own;
  const below = [...columns].filter(
    ([other]) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`),
  );
  return [...new Set(below.flatMap(([, names]) => names))];
}
