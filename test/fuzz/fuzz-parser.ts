import { processorMs } from '../processor-time.js';
import type { FuzzSubject } from './fuzz-target.js';
import { SeededRandom } from './seeded-random.js';

/** One run of one parser. */
export interface FuzzRun {
  readonly subject: FuzzSubject;
  readonly seed: number;
  /** Number of the first execution: a longer run goes on where a shorter one ended. */
  readonly from: number;
  readonly executions: number;
  /** What one input may take, in milliseconds of processor time. */
  readonly maxMs: number;
  /** Called before each input, so that a watchdog can detect one that hangs. */
  readonly onInput?: (input: Buffer, execution: number) => void;
}

/** What a run found, besides that nothing is wrong. */
export interface FuzzReport {
  readonly executions: number;
  /** How many inputs the parser took. */
  readonly taken: number;
  /** The most that one input took, in milliseconds of processor time. */
  readonly worstMs: number;
}

/** Something is wrong with a parser: `input` shows it. */
export class FuzzFinding extends Error {
  constructor(
    what: string,
    readonly input: Buffer,
    readonly execution: number,
    cause?: unknown,
  ) {
    super(`execution ${execution}: ${what}`, { cause });
    this.name = 'FuzzFinding';
  }
}

const YIELD_EVERY = 500;
/** A parser that waits takes no processor time: so many times its limit may pass on the clock before it never answers. */
const CLOCK_FACTOR = 20;

/**
 * Has a parser read one broken input after the other.
 * @throws FuzzFinding when it fails with anything but a refusal, never answers, or takes too long
 */
export async function fuzzParser({
  subject,
  seed,
  from,
  executions,
  maxMs,
  onInput,
}: FuzzRun): Promise<FuzzReport> {
  const stray = watchForStrayRejections();
  let taken = 0;
  let worstMs = 0;
  try {
    for (let execution = from; execution < from + executions; execution += 1) {
      const input = subject.next(new SeededRandom(seed, execution));
      onInput?.(input, execution);
      const start = processorMs();
      try {
        await withinTime(subject.parse(input), maxMs * CLOCK_FACTOR);
        taken += 1;
      } catch (error) {
        if (!subject.isRefusal(error)) throw new FuzzFinding(describe(error), input, execution, error);
      }
      const took = processorMs() - start;
      worstMs = Math.max(worstMs, took);
      if (took > maxMs)
        throw new FuzzFinding(`took ${Math.round(took)} ms of processor time`, input, execution);
      // An unawaited rejection is reported only when the event loop turns.
      if (execution % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
      if (stray.reason !== undefined) {
        throw new FuzzFinding(
          'here or shortly before: an unhandled rejection',
          input,
          execution,
          stray.reason,
        );
      }
    }
  } finally {
    stray.stop();
  }
  return { executions, taken, worstMs };
}

async function withinTime(parsing: void | Promise<void>, maxMs: number): Promise<void> {
  if (parsing === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${maxMs} ms`)), maxMs);
  });
  try {
    await Promise.race([parsing, late]);
  } finally {
    clearTimeout(timer);
  }
}

function watchForStrayRejections(): { readonly reason: unknown; stop(): void } {
  const seen: { reason: unknown } = { reason: undefined };
  const remember = (reason: unknown) => {
    seen.reason ??= reason ?? 'unknown';
  };
  process.on('unhandledRejection', remember);
  process.on('uncaughtException', remember);
  return {
    get reason() {
      return seen.reason;
    },
    stop: () => {
      process.off('unhandledRejection', remember);
      process.off('uncaughtException', remember);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
