import { maskIdentityNumbers } from '../../schema/index.js';

/** The second argument of {@link print}. */
export interface PrintOptions {
  /** Whether `--json` was given. */
  readonly json?: boolean;
  /** What programs get. */
  readonly value: unknown;
  /** Addresses that were asked for, printed as they are. */
  readonly verbatim?: readonly string[];
}

/** Prints for people, or for programs when `--json` was given. Identity numbers are masked, come what may. */
export function print(lines: readonly string[], { json, value, verbatim }: PrintOptions): void {
  const text = json === true ? JSON.stringify(value) : lines.join('\n');
  process.stdout.write(`${maskIdentityNumbers(text, verbatim)}\n`);
}
