import { HELD_UP_AT_MOST_SECONDS, runCrashBatch, type BatchResult, type CellResult } from './crash-batch.js';
import { allCells, batchesOf, cellName, REPAIRS, SIDE_EFFECTS, type Cell } from './crash-points.js';
import type { S3Server } from '../fixtures/index.js';

/** The argument of {@link runCrashMatrix}. */
export interface CrashMatrixOptions {
  readonly cells: readonly Cell[];
  /** For the cells of S3. */
  readonly s3Server?: S3Server | undefined;
  /** As of {@link CrashBatchOptions}. */
  readonly heldUpAtMostSeconds?: number;
  readonly report: (line: string) => void;
  /** Called after each batch with all that has ended. @default nothing */
  readonly keep?: (soFar: CrashMatrixResult) => void;
}

/** How a matrix ended, or what of it has ended. */
export interface CrashMatrixResult {
  readonly cells: readonly CellResult[];
  /** As of {@link BatchResult}. */
  readonly besideSeconds: readonly number[];
  /** Side effects that jobs did and that are not in the list of points. */
  readonly unlisted: readonly string[];
}

/**
 * Crashes each cell once. Batches on a folder run beside batches on S3; those on S3 run one after the other, because some
 * kill the server.
 */
export async function runCrashMatrix(options: CrashMatrixOptions): Promise<CrashMatrixResult> {
  const { report, heldUpAtMostSeconds = HELD_UP_AT_MOST_SECONDS } = options;
  const batches = batchesOf(options.cells);
  const done: BatchResult[] = [];
  const known = [...SIDE_EFFECTS.map((effect) => effect.name), ...REPAIRS];
  let begun = 0;
  const soFar = (): CrashMatrixResult => ({
    cells: done.flatMap(({ cells }) => cells),
    besideSeconds: done.flatMap(({ besideSeconds }) => besideSeconds),
    unlisted: [...new Set(done.flatMap(({ effects }) => effects))].filter((one) => !known.includes(one)),
  });
  const lane = async (storage: Cell['storage'], s3Server?: S3Server): Promise<void> => {
    for (const cells of batches.filter(([first]) => first?.storage === storage)) {
      begun += 1;
      const name = `batch ${begun} of ${batches.length}: ${storage}, ${cells[0]?.victim} dies`;
      report(`${name} at ${cells.length} points`);
      const since = Date.now();
      // The others need not run again when one cannot, such as for a stack that does not start.
      const result = await runCrashBatch({ cells, heldUpAtMostSeconds, s3Server, report }).catch(
        (error: unknown) => withoutResult(cells, error),
      );
      done.push(result);
      options.keep?.(soFar());
      const broken = result.cells.filter(({ outcome }) => outcome !== 'KEPT');
      report(`${name}: ${Math.round((Date.now() - since) / 1000)} s, ${broken.length} cells not kept`);
      for (const { cell, outcome, reason } of broken) {
        report(`${outcome} ${cellName(cell)}: ${reason ?? ''}`);
      }
    }
  };
  await Promise.all([lane('FOLDER'), lane('S3', options.s3Server)]);
  return soFar();
}

function withoutResult(cells: readonly Cell[], error: unknown): BatchResult {
  const reason = `its batch failed: ${error instanceof Error ? error.message : String(error)}`;
  const broken = cells.map((cell): CellResult => ({ cell, outcome: 'BROKEN', seconds: 0, reason }));
  return { cells: broken, besideSeconds: [], effects: [], stored: [] };
}

/** The file of results. */
export interface CrashMatrixFile {
  /** Since the last run of all cells. */
  readonly runs: readonly object[];
  readonly outcomes: readonly { readonly cell: string; readonly outcome: CellResult['outcome'] }[];
}

/** The argument of {@link fileOfResults}. */
export interface FileOfResultsOptions {
  /** What a run of some cells is added to; undefined for a run of all, which begins the file anew. */
  readonly earlier: CrashMatrixFile | undefined;
  /** Date, command and environment of the run. */
  readonly run: object;
  readonly result: CrashMatrixResult;
}

/** The results of a run, in the order of the matrix, beside the earlier ones of cells that it does not have. */
export function fileOfResults({ earlier, run, result }: FileOfResultsOptions): CrashMatrixFile {
  const now = result.cells.map(({ cell, ...ended }) => ({ cell: cellName(cell), ...ended }));
  const isKept = ({ outcome }: { readonly outcome: CellResult['outcome'] }): boolean => outcome === 'KEPT';
  const outcomes = allCells().flatMap((cell) => {
    const name = cellName(cell);
    const found = [...now, ...(earlier?.outcomes ?? [])].find((one) => one.cell === name);
    return found === undefined ? [] : [found];
  });
  const counts = { cells: now.length, kept: now.filter(isKept).length };
  const besideMostSeconds = Math.max(0, ...result.besideSeconds);
  const totals = {
    points: new Set(allCells().map(({ when, effect }) => `${when} ${effect.name}`)).size,
    cells: outcomes.length,
    kept: outcomes.filter(isKept).length,
    besideAtMostSeconds: HELD_UP_AT_MOST_SECONDS,
  };
  return { ...totals, runs: [...(earlier?.runs ?? []), { ...run, ...counts, besideMostSeconds }], outcomes };
}
