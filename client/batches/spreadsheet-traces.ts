import type { TableRow } from './batch-table.js';

/** Something that a person should look at. It does not keep rows from being sent. No values of cells. */
export interface BatchWarning {
  /** Cells that a spreadsheet rounded, or references that may have lost leading zeros. */
  readonly kind: 'ROUNDED' | 'UNEQUAL_LENGTHS';
  /** The first row that it concerns; absent: the whole column. */
  readonly row?: number;
  readonly columns: readonly string[];
  /** For people, such as `column reference`. */
  readonly place: string;
  readonly message: string;
}

/** What Excel makes of a number of twelve digits and more. */
const ROUNDED = /^\d(?:[.,]\d+)?E\+\d+$/u;
const DIGITS = /^\d+$/u;

/** Rows whose cell of a column looks rounded. */
interface RoundedCells {
  readonly first: number;
  readonly count: number;
}

/** Notices what a spreadsheet does to cells that it takes for numbers: it removes leading zeros and rounds. */
export class SpreadsheetTraces {
  readonly #columns: ReadonlySet<string>;
  readonly #referenceColumns: ReadonlySet<string>;
  readonly #rounded = new Map<string, RoundedCells>();
  /** Of references that are digits alone, by column: the fewest and the most. Undefined for a column with others. */
  readonly #digits = new Map<string, readonly [number, number] | undefined>();

  /** @param columns that the template names @param referenceColumns those in its reference */
  constructor(columns: ReadonlySet<string>, referenceColumns: ReadonlySet<string>) {
    this.#columns = columns;
    this.#referenceColumns = referenceColumns;
  }

  look({ row, cells }: Pick<TableRow, 'row' | 'cells'>): void {
    for (const [column, cell] of cells) {
      if (!this.#columns.has(column) || cell === '') continue;
      if (ROUNDED.test(cell)) {
        const { first = row, count = 0 } = this.#rounded.get(column) ?? {};
        this.#rounded.set(column, { first, count: count + 1 });
      }
      if (this.#referenceColumns.has(column)) this.#lookAtReference(column, cell);
    }
  }

  get warnings(): readonly BatchWarning[] {
    const rounded = [...this.#rounded].map(([column, { first, count }]) => ({
      kind: 'ROUNDED' as const,
      row: first,
      columns: [column],
      place: `row ${first}, column ${column}`,
      message:
        `looks like a long number that a spreadsheet rounded${count > 1 ? `, as ${count - 1} more of the column do` : ''}: ` +
        'format the column as text, and fill it in again',
    }));
    const shortened = [...this.#digits].flatMap(([column, [fewest, most] = [0, 0]]) =>
      fewest === most
        ? []
        : [
            {
              kind: 'UNEQUAL_LENGTHS' as const,
              columns: [column],
              place: `column ${column}`,
              message:
                `has numbers of ${fewest} to ${most} digits, and a spreadsheet removes leading zeros: ` +
                'if they should be equally long, format the column as text, and fill it in again',
            },
          ],
    );
    return [...rounded, ...shortened];
  }

  #lookAtReference(column: string, cell: string): void {
    if (this.#digits.has(column) && this.#digits.get(column) === undefined) return;
    const [fewest, most] = this.#digits.get(column) ?? [cell.length, cell.length];
    const isNumber = DIGITS.test(cell);
    this.#digits.set(
      column,
      isNumber ? [Math.min(fewest, cell.length), Math.max(most, cell.length)] : undefined,
    );
  }
}
