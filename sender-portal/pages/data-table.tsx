import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The argument of {@link DataTable}. */
interface DataTableProps {
  /** The name for screen readers. */
  readonly label: string;
  /** Headings of the columns; an empty one has buttons below it. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly id: string | number; readonly cells: readonly ComponentChildren[] }[];
}

/**
 * A table whose rows become cards in a narrow window, each cell with its heading. The roles keep it a table for screen readers
 * there, and columns that are too wide can be scrolled to. Columns that no row fills are left out.
 */
export function DataTable(props: DataTableProps): VNode {
  const { label, columns, rows } = filledOnly(props);
  return (
    <div class="portal-scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="ds-table portal-table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) =>
              column === '' ? (
                <td key={column} role="cell" />
              ) : (
                <th key={column} role="columnheader" scope="col">
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ id, cells }) => (
            <tr key={id} role="row">
              {cells.map((cell, place) => (
                <td key={columns[place]} role="cell" data-heading={columns[place] || undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function filledOnly({ columns, rows, label }: DataTableProps): DataTableProps {
  const isFilled = columns.map((_, place) =>
    rows.some(({ cells }) => renderToString(<>{cells[place]}</>) !== ''),
  );
  const filled = <T,>(all: readonly T[]): readonly T[] => all.filter((_, place) => isFilled[place] === true);
  return {
    label,
    columns: filled(columns),
    rows: rows.map(({ id, cells }) => ({ id, cells: filled(cells) })),
  };
}
