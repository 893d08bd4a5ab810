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
  /** Whether the lines contain colours; their control characters are then escaped already. */
  readonly colored?: boolean;
}

/**
 * Prints text that fits the terminal, or JSON with `--json`. Identity numbers are masked and control characters
 * escaped in both.
 */
export function print(lines: readonly string[], options: PrintOptions): void {
  const { json, value, verbatim, colored = false } = options;
  const columns = columnsOf(process.stdout);
  const shown = (text: string): string => {
    const masked = maskIdentityNumbers(text, verbatim);
    return colored ? masked : visible(masked);
  };
  const text =
    json === true ? shown(asJson(value)) : lines.flatMap((line) => wrapLine(shown(line), columns)).join('\n');
  process.stdout.write(`${text}\n`);
}

/**
 * Escapes control and bidirectional characters of a line as `\\u001b`, as in JSON: a terminal would execute them. A
 * reason or a file name may contain them.
 */
export function visible(line: string): string {
  return line.replaceAll(
    /[\p{Control}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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
  process.stderr.write(errorText(`${visible(maskIdentityNumbers(line))}\n`, process.stderr));
}

function asJson(value: unknown): string {
  // JSON.stringify omits an error's message.
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Error ? Object.assign({ message: part.message }, part) : part,
  );
}
