import { maskIdentityNumbers } from './masking.js';

/** Prints for people, or for programs when `--json` was given. Identity numbers are masked, come what may. */
export function print(
  lines: readonly string[],
  json: { readonly json?: boolean; readonly value: unknown },
): void {
  const text = json.json === true ? JSON.stringify(json.value) : lines.join('\n');
  process.stdout.write(`${maskIdentityNumbers(text)}\n`);
}
