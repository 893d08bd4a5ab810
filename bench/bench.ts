/** One benchmark of the report; one file each in `bench/`, exported as `bench` and listed in `bench/main.ts`. */
export interface Bench {
  /** The argument of `npm run bench -- NAME`, which is also the name of its file. */
  readonly name: string;
  readonly title: string;
  /** Runs in a separate process, whose temporary folder is removed afterwards. */
  readonly run: (context: BenchContext) => Promise<readonly Figure[]>;
}

/** What a bench receives from the command line. */
export interface BenchContext {
  /** A form of seconds, for `npm test`: it shows that the bench works, and its figures are not results. */
  readonly short: boolean;
  /** Also the largest numbers of agreements and rows, which take about an hour. */
  readonly large: boolean;
  readonly seed: number;
  /** Also measure the official Java client, which `npm run fetch-java-judges` fetches. */
  readonly besideJava: boolean;
  /** Prints a line of progress. Call it at least once in five seconds. */
  readonly report: (line: string) => void;
}

/** A measured quantity. Its name, together with `at`, is unique in its bench. */
export interface Figure {
  readonly name: string;
  /** Such as `ms`, `MB`, `a second`, or `times` for a ratio. */
  readonly unit: string;
  /** One value for each repetition; the median is compared with the target. */
  readonly values: readonly number[];
  readonly target?: Target;
  /** Why the target is missed; printed only if it is. */
  readonly reason?: string;
  /** The place of this figure on a line of the plot. */
  readonly at?: CurvePoint;
}

/** The bound that the median of a figure must keep. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A place on a line of the plot, whose lines share a diagram if they have the same bench, `xName` and unit. */
export interface CurvePoint {
  /** Name of the line. */
  readonly curve: string;
  readonly x: number;
  /** What `x` counts, such as `signers`. */
  readonly xName: string;
}
