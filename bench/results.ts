import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figure } from './bench.js';

const FigureResult = z.object({
  unit: z.string(),
  median: z.number(),
  min: z.number(),
  max: z.number(),
  /** First and third quartile, from five repetitions on. */
  quartiles: z.tuple([z.number(), z.number()]).exactOptional(),
  values: z.array(z.number()).min(1),
  target: z.object({ atLeast: z.number().exactOptional(), atMost: z.number().exactOptional() }).optional(),
  /** Absent without a target, and in the short form, whose figures are no results. */
  met: z.boolean().exactOptional(),
  /** Why the target is missed. */
  reason: z.string().exactOptional(),
  at: z.object({ curve: z.string(), x: z.number(), xName: z.string() }).exactOptional(),
});

const BenchResult = z.object({
  title: z.string(),
  /** Start, in ISO 8601. */
  startedAt: z.string(),
  durationSeconds: z.number(),
  command: z.string(),
  seed: z.number(),
  short: z.boolean(),
  /** Processor use of everything else on the machine during the run, in percent of all processors. */
  otherLoad: z.number().exactOptional(),
  /** Of the project, `with changes` if files differed from it. */
  commit: z.string(),
  machine: z.object({
    platform: z.string(),
    processor: z.string(),
    cores: z.number(),
    memoryGB: z.number(),
  }),
  versions: z.object({ node: z.string(), temporalSdk: z.string(), temporalServer: z.string() }),
  /** By {@link labelOf}. */
  figures: z.record(z.string(), FigureResult),
});

const Results = z.object({ version: z.literal(1), benches: z.record(z.string(), BenchResult) });

/** A figure as the report shows it. */
export type FigureResult = z.infer<typeof FigureResult>;
/** The last run of one bench. */
export type BenchResult = z.infer<typeof BenchResult>;
/** The content of `bench.json`: the last run of each bench, by name. */
export type Results = z.infer<typeof Results>;

/** The results in a folder; none if it has no `bench.json`. */
export function readResults(folder: string): Results {
  try {
    return Results.parse(JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { version: 1, benches: {} };
  }
}

/** Writes a file of results as a whole, so that an interrupted run leaves the former one. */
export function writeResultFile(folder: string, name: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `${name}.unfinished`);
  writeFileSync(unfinished, content);
  renameSync(unfinished, join(folder, name));
}

/** `bench.json`, with one line for each figure, so that two versions can be compared. */
export function formatResults(results: Results): string {
  return `${JSON.stringify(results, null, 2)
    .replaceAll(
      /"values": \[([^\]]*)\]/g,
      (_, values: string) => `"values": [${values.replaceAll(/\s+/g, ' ').trim()}]`,
    )
    .replaceAll(
      /"quartiles": \[([^\]]*)\]/g,
      (_, values: string) => `"quartiles": [${values.replaceAll(/\s+/g, ' ').trim()}]`,
    )}\n`;
}

/** The name of a figure in a report, which includes its place on a curve. */
export function labelOf({ name, at }: Figure): string {
  if (at === undefined) return name;
  return `${name}, ${formatNumber(at.x)} ${at.x === 1 ? at.xName.replace(/(?<=ss)es$|s$/, '') : at.xName}`;
}

/** Median and spread of a figure, in four significant digits, and whether its target is met. */
export function summarize(figure: Figure, options: { readonly short: boolean }): FigureResult {
  const { unit, target, reason, at } = figure;
  const values = figure.values.map((value) => Number(value.toPrecision(4)));
  const sorted = values.toSorted((one, other) => one - other);
  const median = Number(quantile(sorted, 0.5).toPrecision(4));
  const met = target && median >= (target.atLeast ?? -Infinity) && median <= (target.atMost ?? Infinity);
  return {
    unit,
    median,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    ...(sorted.length >= 5 && { quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)] }),
    values,
    ...(target && { target }),
    ...(met !== undefined && !options.short && { met }),
    ...(met === false && !options.short && reason !== undefined && { reason }),
    ...(at && { at }),
  };
}

/** Linear between the two nearest values. */
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return Number((below + (above - below) * (place - Math.floor(place))).toPrecision(4));
}

/** Three significant digits, with separators: `1.72`, `0.0041`, `12,300`. */
export function formatNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}
