import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordFileOf } from '@signering/dev-stack/internal/processes/index.js';
import type { WorkflowClient } from '@temporalio/client';
import type { TestStack } from '../fixtures/index.js';

/** What a soak looks at every ten seconds. */
export interface SoakSample {
  /** Since the start, in minutes. */
  readonly minute: number;
  /** Resident memory of the worker, in megabytes. */
  readonly memory: number;
  /** Open file handles of the worker. */
  readonly handles: number;
  /** Open workflows. */
  readonly workflows: number;
  /** Events in the longest history of a poller. */
  readonly pollerEvents: number;
  /** Median of three requests to Temporal, in milliseconds. */
  readonly latency: number;
}

/** The measured quantities, with their units. */
export const SOAK_UNITS = {
  memory: 'MB',
  handles: 'handles',
  workflows: 'workflows',
  pollerEvents: 'events',
  latency: 'ms',
} as const;
export type SoakQuantity = keyof typeof SOAK_UNITS;

/** Reads /proc, which Linux has. @param minute since the start */
export async function takeSample(
  stack: TestStack,
  workflows: WorkflowClient,
  minute: number,
): Promise<SoakSample> {
  const pid = workerOf(stack);
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  const { count } = await workflows.count("ExecutionStatus = 'Running'");
  const times: number[] = [];
  let pollerEvents = 0;
  const pollers = workflows.list({ query: "WorkflowType = 'statusQueue' AND ExecutionStatus = 'Running'" });
  for await (const { workflowId } of pollers) {
    const since = performance.now();
    const { historyLength } = await workflows.getHandle(workflowId).describe();
    times.push(performance.now() - since);
    pollerEvents = Math.max(pollerEvents, historyLength);
  }
  return {
    minute,
    memory: Number(kilobytes) / 1000,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    workflows: count,
    pollerEvents,
    latency: times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0,
  };
}

/** The process of the newest worker. */
function workerOf({ folder }: TestStack): number {
  const numbers = readdirSync(folder).flatMap((name) => /^worker-(\d+)$/u.exec(name)?.[1] ?? []);
  const newest = Math.max(...numbers.map(Number));
  const record = readFileSync(recordFileOf(join(folder, `worker-${newest}`), 'worker'), 'utf8');
  return (JSON.parse(record) as { readonly pid: number }).pid;
}

/** Temporal suggests to continue as new at 4,096 events; a poller does so after its pause. */
const MOST_POLLER_EVENTS = 4_200;

/** Whether a quantity stayed flat in the second half of a soak. */
export interface Trend {
  readonly mean: number;
  /** By least squares, a minute. */
  readonly slope: number;
  /** Standard deviation of the values around the fitted line. */
  readonly spread: number;
  /**
   * The fitted line rises by less than twice the spread, or by less than a twentieth of the mean. A poller's history rises until
   * it continues as new: it is flat while it stays below {@link MOST_POLLER_EVENTS}.
   */
  readonly flat: boolean;
}

/** The trend of a quantity over the second half of the samples. */
export function trendOf(samples: readonly SoakSample[], quantity: SoakQuantity): Trend {
  const half = samples.slice(Math.floor(samples.length / 2));
  const xs = half.map(({ minute }) => minute);
  const ys = half.map((sample) => sample[quantity]);
  const [meanX, mean] = [average(xs), average(ys)];
  const slope =
    sum(xs.map((x, index) => (x - meanX) * ((ys[index] ?? mean) - mean))) /
    Math.max(sum(xs.map((x) => (x - meanX) ** 2)), Number.EPSILON);
  const residuals = ys.map((y, index) => y - (mean + slope * ((xs[index] ?? meanX) - meanX)));
  const spread = Math.sqrt(average(residuals.map((one) => one ** 2)));
  const rise = slope * ((xs.at(-1) ?? 0) - (xs[0] ?? 0));
  const isFlat =
    quantity === 'pollerEvents'
      ? ys.every((events) => events < MOST_POLLER_EVENTS)
      : rise <= Math.max(2 * spread, mean / 20);
  return { mean, slope, spread, flat: isFlat };
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
