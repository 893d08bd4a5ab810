import { z } from 'zod';
import { InvalidInputError } from '@signering/schema';
import type { BatchCheck, BatchMistake, CheckBatchRequest, SigningClient } from '@signering/client';

/** What the portal uses of the client to send batches. */
export type BatchSending = Pick<SigningClient, 'checkBatch' | 'startBatch' | 'batches'>;

const Mistake = z.object({
  row: z.number().exactOptional(),
  columns: z.array(z.string()),
  path: z.string(),
  message: z.string(),
  /** As the client of that time calls it. */
  reason: z.string().exactOptional(),
});
/** A mistake of a row, or of all rows where it names none; without values of cells. */
export type FoundMistake = z.infer<typeof Mistake>;

const Warning = z.object({ kind: z.enum(['ROUNDED', 'UNEQUAL_LENGTHS']), columns: z.array(z.string()) });

const Found = z.object({
  right: z.number(),
  /** Of these, rows that were handed over before. */
  known: z.number(),
  wrong: z.number(),
  mistakes: z.array(Mistake),
  /** Mistakes that were only counted. */
  moreMistakes: z.number().exactOptional(),
  unusedColumns: z.array(z.string()),
  /** What a spreadsheet may have done to cells; it does not keep rows from being sent. */
  warnings: z.array(Warning).exactOptional(),
  /** The table cannot be read, or lacks columns: no row was checked. */
  isUnusable: z.boolean(),
});
/** What the check of a table has found. */
export type FoundInTable = z.infer<typeof Found>;

export function parseFound(value: unknown): FoundInTable {
  return Found.parse(value);
}

const UNUSABLE = { right: 0, known: 0, wrong: 0, unusedColumns: [] as string[], isUnusable: true };

/** Of a table, and of the mistakes that are kept: more than people read, and little enough for memory. */
export const MOST = { mostRows: 20_000, mostMistakes: 1000 } as const;

/** Of a table at whose check processes have ended again and again. */
export const NOT_CHECKED: FoundInTable = {
  ...UNUSABLE,
  mistakes: [{ columns: [], path: 'table', message: 'could not be checked, after several attempts' }],
};

/** @throws what `checkBatch` throws, apart from mistakes of table and template, which are found */
export async function checkTable(
  client: BatchSending,
  request: CheckBatchRequest,
  signal: AbortSignal,
): Promise<FoundInTable> {
  try {
    return foundIn(await client.checkBatch({ ...request, ...MOST }, { signal }));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const mistakes = error.problems.map((problem) => mistakeFound({ ...problem, columns: [] }));
    return { ...UNUSABLE, mistakes };
  }
}

/** What a check, or a hand-over, has found. */
export function foundIn({
  right,
  known,
  wrong,
  mistakes,
  moreMistakes,
  unusedColumns,
  warnings,
}: BatchCheck): FoundInTable {
  return {
    right,
    known,
    wrong,
    mistakes: mistakes.map(mistakeFound),
    ...(moreMistakes !== undefined && { moreMistakes }),
    unusedColumns: [...unusedColumns],
    ...(warnings.length > 0 && {
      warnings: warnings.map(({ kind, columns }) => ({ kind, columns: [...columns] })),
    }),
    isUnusable: false,
  };
}

function mistakeFound({ row, columns, path, message, reason }: Omit<BatchMistake, 'place'>): FoundMistake {
  return {
    ...(row !== undefined && { row }),
    columns: [...columns],
    path,
    message,
    ...(reason !== undefined && { reason }),
  };
}
