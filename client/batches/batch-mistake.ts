import { InvalidInputError, type Problem, type ProblemReason } from '@signering/schema';

/** A mistake in a batch, without values of cells. */
export interface BatchMistake {
  /** As a spreadsheet numbers it: the header is row 1. Absent: of the template, so of all rows. */
  readonly row?: number;
  /** The columns that it comes from. Empty: of the template or of the whole row. */
  readonly columns: readonly string[];
  /** Row and columns for people, such as `row 3, column email`. */
  readonly place: string;
  /** The part of the request, such as `signers[0].emailAddress`. */
  readonly path: string;
  /** What is wrong, and what is expected. */
  readonly message: string;
  /** Absent: the path says enough, or the reason has no word. */
  readonly reason?: ProblemReason;
}

/** A mistake of a row, or of the template. */
export function mistakeAt(
  row: number | undefined,
  columns: readonly string[],
  problem: Problem,
): BatchMistake {
  if (row === undefined) return { columns, place: 'template', ...problem };
  const named =
    columns.length === 0 ? '' : `, column${columns.length === 1 ? '' : 's'} ${columns.join(', ')}`;
  return { row, columns, place: `row ${row}${named}`, ...problem };
}

/** Mistakes that the message of an error names. */
const MOST_NAMED = 20;

/** Why a batch with wrong rows was not sent. */
export function refusalOf({
  wrong,
  mistakes,
}: {
  readonly wrong: number;
  readonly mistakes: readonly BatchMistake[];
}): InvalidInputError {
  const named = mistakes.slice(0, MOST_NAMED).map(({ place, path, message }) => ({
    path: place,
    message: `${path} ${message}`,
  }));
  const more = mistakes.length - named.length;
  const rest =
    more === 0 ? [] : [{ path: 'rows', message: `have ${more} more mistakes, which a check lists` }];
  return new InvalidInputError(
    'INVALID_REQUEST',
    `Nothing was sent: ${wrong} ${wrong === 1 ? 'row has' : 'rows have'} mistakes`,
    [...named, ...rest],
  );
}

/** Why a batch without rows was not sent. */
export function noRows(what: string, message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', what, [{ path: 'rows', message }]);
}
