import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { allCells } from '../test/campaign/crash-points.js';
import { formatNumber } from './results.js';

const FaultResults = z.object({
  kindsOfMenu: z.number(),
  kindsCarriedOut: z.number(),
  agreements: z.number(),
  violations: z.number(),
  heldUpAtMostSeconds: z.number(),
  longestHeldUpSeconds: z.number(),
  runs: z
    .array(
      z.object({
        startedAt: z.string(),
        seconds: z.number(),
        // Earlier runs had no quiet times.
        quietTimes: z.number().exactOptional(),
        longestQuietTimeSeconds: z.number().exactOptional(),
        longestHeldUpByClockSeconds: z.number().exactOptional(),
        quietSeconds: z.number().exactOptional(),
      }),
    )
    .min(1),
});

const CrashResults = z.object({
  cells: z.number(),
  kept: z.number(),
  runs: z.array(z.object({ date: z.string() })).min(1),
});

const ModelResults = z.object({
  startedAt: z.string(),
  runs: z.array(z.object({ name: z.string(), states: z.number(), broken: z.string().exactOptional() })),
});

const SoakResults = z.object({
  startedAt: z.string(),
  minutes: z.number(),
  agreements: z.number(),
  disturbances: z.number(),
  violations: z.array(z.string()),
  trends: z.record(z.string(), z.object({ mean: z.number(), slope: z.number(), flat: z.boolean() })),
});

/** What each quantity of a soak is called, with its unit. */
const QUANTITIES: Readonly<Record<string, readonly [string, string]>> = {
  memory: ['memory', 'MB'],
  handles: ['file handles', ''],
  workflows: ['open workflows', ''],
  pollerEvents: ["events of the longest poller's history", ''],
  latency: ["Temporal's latency", 'ms'],
};

/** The sentence about each file of results of a long run. */
const SUMMARIES: Readonly<Record<string, (content: unknown) => string>> = {
  'faults-folder.json': summaryOfFaults,
  'faults-s3.json': summaryOfFaults,
  'crash-matrix.json': (content) => {
    const { cells, kept, runs } = CrashResults.parse(content);
    const all = numbers(allCells().length);
    return `${numbers(cells)} of ${all} cells have run, ${numbers(kept)} of them kept; ${daysOf(runs.map(({ date }) => date))}`;
  },
  'model-check.json': (content) => {
    const { startedAt, runs } = ModelResults.parse(content);
    const broken = runs.flatMap((run) => run.broken ?? []);
    const enumerated = runs.map(({ name, states }) => `${name}: ${numbers(states)} states`).join('; ');
    return `${broken.length} broken rules. ${enumerated}; ${daysOf([startedAt])}`;
  },
  'soak.json': (content) => {
    const { startedAt, minutes, agreements, disturbances, violations, trends } = SoakResults.parse(content);
    const second = Object.entries(trends).map(([quantity, { mean, slope, flat }]) => {
      const [name, unit] = QUANTITIES[quantity] ?? [quantity, ''];
      const around = `${formatNumber(mean)} ${unit}`.trim();
      return `${name} ${around}, ${formatNumber(slope)} more a minute${flat ? '' : ' (RISES)'}`;
    });
    return (
      `${minutes} minutes, ${numbers(agreements)} agreements, ${disturbances} faults, ${violations.length} broken promises. ` +
      `Second half: ${second.join('; ')}; ${daysOf([startedAt])}; [plot](../bench/results/soak.svg)`
    );
  },
};

/** Whether a figure in the documents is the summary of a long run. */
export function isLongRun(file: string): boolean {
  return SUMMARIES[file] !== undefined;
}

/** What a long run showed, for a document in docs/. `not yet run` if it has no file of results. */
export function summaryOfLongRun(folder: string, file: string): string {
  const path = join(folder, file);
  if (!existsSync(path)) return 'not yet run';
  return SUMMARIES[file]?.(JSON.parse(readFileSync(path, 'utf8'))) ?? '';
}

function summaryOfFaults(content: unknown): string {
  const results = FaultResults.parse(content);
  const { kindsOfMenu, kindsCarriedOut, agreements, violations, runs } = results;
  return (
    `${numbers(agreements)} agreements, ${kindsCarriedOut} of ${kindsOfMenu} kinds of faults, ${violations} broken promises; ` +
    `${holdUps(results)}; ` +
    daysOf(runs.map(({ startedAt }) => startedAt))
  );
}

function holdUps({ runs, heldUpAtMostSeconds, longestHeldUpSeconds }: z.infer<typeof FaultResults>): string {
  const most = (values: readonly (number | undefined)[]): string =>
    formatNumber(Math.max(...values.map((value) => value ?? 0)));
  const sum = (values: readonly (number | undefined)[]): number =>
    values.reduce<number>((all, value) => all + (value ?? 0), 0);
  if (runs.some(({ quietTimes }) => quietTimes === undefined))
    return (
      `held up for at most ${formatNumber(longestHeldUpSeconds)} s of ${heldUpAtMostSeconds} between the faults, which took ` +
      'most of the time (by the clock not recorded, and without quiet times)'
    );
  const [quiet, all] = [sum(runs.map((run) => run.quietSeconds)), sum(runs.map((run) => run.seconds))];
  return (
    `in ${sum(runs.map((run) => run.quietTimes))} quiet times everything under way ended within ` +
    `${most(runs.map((run) => run.longestQuietTimeSeconds))} s of ${heldUpAtMostSeconds}; held up by the clock, faults included, ` +
    `for at most ${most(runs.map((run) => run.longestHeldUpByClockSeconds))} s; ${numbers(quiet)} of ${numbers(all)} s without a fault`
  );
}

/** All digits: a count is exact. */
function numbers(count: number): string {
  return count.toLocaleString('en');
}

function daysOf(moments: readonly string[]): string {
  const days = [...new Set(moments.map((moment) => moment.slice(0, 10)))].sort();
  return days.length === 1 ? days.join('') : `${days[0]} to ${days.at(-1)}`;
}
