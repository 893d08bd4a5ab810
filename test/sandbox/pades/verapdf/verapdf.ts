import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { classPathOf, javaSource, type JavaJudge } from '../../../java-judge.js';

const run = promisify(execFile);

export const VERAPDF: JavaJudge = { name: 'veraPDF', folder: 'verapdf', jar: 'validation-model' };
const PROGRAM = javaSource('sandbox', 'pades', 'verapdf', 'Validate.java');

/** A file and the flavour that it claims, such as `2b`. */
export type Claim = readonly [flavour: string, file: string];

/** Asks veraPDF about each file: `COMPLIANT`, or what is wrong with it. */
export async function validate(...claims: readonly Claim[]): Promise<readonly string[]> {
  const args = ['-cp', classPathOf(VERAPDF), PROGRAM, ...claims.flat()];
  const { stdout } = await run('java', args);
  return stdout.trim().split('\n');
}
