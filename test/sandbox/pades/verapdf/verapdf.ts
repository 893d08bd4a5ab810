import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The folder of package.json: this file is compiled into `dist/test/sandbox/pades/verapdf/`. */
const PROJECT = fileURLToPath(new URL('../../../../../', import.meta.url));
const JARS = join(PROJECT, '.cache', 'verapdf');
const PROGRAM = join(PROJECT, 'test', 'sandbox', 'pades', 'verapdf', 'Validate.java');

/** Skips the test, with a reason, where there is no Java or veraPDF was not fetched. */
export function requireVeraPdf(context: Mocha.Context): void {
  const missing = whatIsMissing();
  if (missing === undefined) return;
  const test = context.currentTest ?? context.test;
  if (test) test.title += ` [skipped: ${missing}, so veraPDF judges nothing]`;
  context.skip();
}

function whatIsMissing(): string | undefined {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
  } catch {
    return 'no Java is installed';
  }
  const hasJars = existsSync(JARS) && readdirSync(JARS).some((name) => name.startsWith('validation-model'));
  return hasJars ? undefined : 'its jars are missing (npm run fetch-java-judges)';
}

/** A file and the flavour that it claims, such as `2b`. */
export type Claim = readonly [flavour: string, file: string];

/** Asks veraPDF about each file: `COMPLIANT`, or what is wrong with it. */
export async function validate(...claims: readonly Claim[]): Promise<readonly string[]> {
  const { stdout } = await run('java', ['-cp', join(JARS, '*'), PROGRAM, ...claims.flat()], {
    timeout: 110_000,
  });
  return stdout.trim().split('\n');
}
