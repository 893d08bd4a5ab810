import { runCrashBatch, type BatchResult, type CellResult } from './crash-batch.js';
import { batchesOf, cellName, REPAIRS, SIDE_EFFECTS, type Cell } from './crash-points.js';
import type { S3Server } from '../fixtures/index.js';

/** The argument of {@link runCrashMatrix}. */
export interface CrashMatrixOptions {
  readonly cells: readonly Cell[];
  /** For the cells of S3. */
  readonly s3Server?: S3Server | undefined;
  readonly report: (line: string) => void;
}

/** How a matrix ended. */
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
  const batches = batchesOf(options.cells);
  const done: BatchResult[] = [];
  const unlisted: string[] = [];
  let begun = 0;
  const lane = async (storage: Cell['storage'], s3Server?: S3Server): Promise<void> => {
    for (const cells of batches.filter(([first]) => first?.storage === storage)) {
      begun += 1;
      const name = `batch ${begun} of ${batches.length}: ${storage}, ${cells[0]?.victim} dies`;
      options.report(`${name} at ${cells.length} points`);
      const since = Date.now();
      const result = await runCrashBatch({ cells, s3Server, report: options.report });
      done.push(result);
      const known = [...SIDE_EFFECTS.map((effect) => effect.name), ...REPAIRS];
      unlisted.push(...result.effects.filter((effect) => !known.includes(effect)));
      const broken = result.cells.filter(({ outcome }) => outcome !== 'KEPT');
      options.report(
        `${name}: ${Math.round((Date.now() - since) / 1000)} s, ${broken.length} cells not kept`,
      );
      for (const { cell, outcome, reason } of broken) {
        options.report(`${outcome} ${cellName(cell)}: ${reason ?? ''}`);
      }
    }
  };
  await Promise.all([lane('FOLDER'), lane('S3', options.s3Server)]);
  return {
    cells: done.flatMap(({ cells }) => cells),
    besideSeconds: done.flatMap(({ besideSeconds }) => besideSeconds),
    unlisted: [...new Set(unlisted)],
  };
}
