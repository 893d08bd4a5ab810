import type { SeededRandom } from './seeded-random.js';

/** A parser that is tried with what it was never meant to read. */
export interface FuzzTarget {
  readonly name: string;
  /** Its part of the executions of a run, in hundredths. */
  readonly share: number;
  /** What one input may take, in milliseconds of processor time. */
  readonly maxMs: number;
  /** Makes the real inputs that the broken ones come from. */
  open(): Promise<FuzzSubject>;
}

/** A target that is ready. */
export interface FuzzSubject {
  /** The next input. */
  next(random: SeededRandom): Buffer;
  /** Throws, or rejects with, nothing but what {@link isRefusal} knows. */
  parse(input: Buffer): void | Promise<void>;
  /** Whether an error is the parser's own word for "this is refused". */
  isRefusal(error: unknown): boolean;
  close?(): Promise<void>;
}
