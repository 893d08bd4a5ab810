import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: this file is compiled into `dist/test/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** What others wrote in Java, as `npm run fetch-java-judges` fetches it. */
export interface JavaJudge {
  /** As the reason of a skip names it. */
  readonly name: string;
  /** Its folder below `.cache`. */
  readonly folder: string;
  /** How one of its jars begins. */
  readonly jar: string;
}

/** The class path of a judge. */
export function classPathOf({ folder }: JavaJudge): string {
  return join(jarsOf(folder), '*');
}

/** A source file below `test`, which Java runs as it is. */
export function javaSource(...path: readonly string[]): string {
  return join(PROJECT, 'test', ...path);
}

/** Skips the test, with the reason in its title, where there is no Java or the jars were not fetched. */
export function requireJavaJudge(context: Mocha.Context, judge: JavaJudge): void {
  const missing = whatIsMissing(judge);
  if (missing === undefined) return;
  const test = context.currentTest ?? context.test;
  if (test) test.title += ` [skipped: ${missing}, so ${judge.name} judges nothing]`;
  context.skip();
}

function whatIsMissing({ folder, jar }: JavaJudge): string | undefined {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
  } catch {
    return 'no Java is installed';
  }
  const jars = jarsOf(folder);
  const hasJars = existsSync(jars) && readdirSync(jars).some((name) => name.startsWith(jar));
  return hasJars ? undefined : 'its jars are missing (npm run fetch-java-judges)';
}

function jarsOf(folder: string): string {
  return join(PROJECT, '.cache', folder);
}
