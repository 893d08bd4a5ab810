import { maskIdentityNumbers } from '@signering/schema';
import { columnsOf } from './columns.js';
import { wrapLine } from './wrap.js';

/** The second argument of {@link print}. */
export interface PrintOptions {
  /** Whether `--json` was given. */
  readonly json?: boolean;
  /** The value for programs. */
  readonly value: unknown;
  /** Requested URLs, printed unmasked. */
  readonly verbatim?: readonly string[];
}

/**
 * Prints text that fits the terminal, or JSON with `--json`. Identity numbers are masked in both.
 */
export function print(lines: readonly string[], { json, value, verbatim }: PrintOptions): void {
  const columns = columnsOf(process.stdout);
  const text = json === true ? asJson(value) : lines.flatMap((line) => wrapLine(line, columns)).join('\n');
  process.stdout.write(`${maskIdentityNumbers(text, verbatim)}\n`);
}

/** Wraps a message to standard error on a terminal; elsewhere it stays one line for logs and programs. */
export function errorText(text: string, out: Parameters<typeof columnsOf>[0]): string {
  if (out.isTTY !== true) return text;
  const columns = columnsOf(out);
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

/** Prints a line to standard error. */
export function printRemark(line: string): void {
  process.stderr.write(maskIdentityNumbers(errorText(`${line}\n`, process.stderr)));
}

function asJson(value: unknown): string {
  // JSON.stringify omits an error's message.
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Error ? Object.assign({ message: part.message }, part) : part,
  );
}
