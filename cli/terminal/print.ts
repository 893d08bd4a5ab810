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
 * Prints text that fits the terminal, or JSON with `--json`, where every time is ISO 8601 in UTC. Identity numbers
 * are masked in both.
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

/** Members that contain a point in time; a reference may look like one, and stays unchanged. */
const TIME = /^(?:since|until|deadline|at)$|(?:At|Time|Until|Seen|Poll)$/u;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;

function asJson(value: unknown): string {
  const own = new Set<unknown>();
  return JSON.stringify(value, function (this: unknown, name, part: unknown) {
    // The sender's own texts stay as they are.
    if (name === 'metadata') own.add(part);
    if (own.has(this)) return part;
    // JSON.stringify omits an error's message.
    if (part instanceof Error) return Object.assign({ message: part.message }, part);
    return typeof part === 'string' && TIME.test(name) && ISO_8601.test(part)
      ? new Date(part).toISOString()
      : part;
  });
}
