import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that others wrote and that judge what we write: a writer and a reader of ours may share a mistake. */
const VERSION_ARGUMENTS = {
  xmlsec1: ['--version'],
  pdfsig: ['-v'],
  // They come with pdfsig.
  pdfdetach: ['-v'],
  pdftotext: ['-v'],
  openssl: ['version'],
  qpdf: ['--version'],
  // Decrypts what we encrypt.
  python3: ['-c', 'import cryptography'],
} as const;

export type Judge = keyof typeof VERSION_ARGUMENTS;

/** What a judge said. */
export interface Verdict {
  readonly exitCode: number;
  /** Both streams, one after the other. */
  readonly output: string;
}

/**
 * Makes sure the judge is there. In CI a missing judge fails the test, elsewhere it is skipped by name.
 * Call it in a `before` or `it` that is a `function`, with its `this`.
 */
export function requireJudge(context: Mocha.Context, judge: Judge): void {
  try {
    execFileSync(judge, VERSION_ARGUMENTS[judge], { stdio: 'ignore' });
  } catch (cause) {
    const name = judge === 'python3' ? 'python3 with cryptography' : judge;
    const message = `${name} is not installed, so no other program verifies this`;
    if (process.env['CI'] !== undefined) throw new Error(`${message}; in CI it must be.`, { cause });
    const test = context.currentTest ?? context.test;
    if (test) test.title += ` [skipped: ${message}]`;
    context.skip();
  }
}

/** Asks a judge; a negative verdict is an answer, no error. */
export async function ask(
  judge: Judge,
  args: readonly string[],
  options: { readonly directory?: string } = {},
): Promise<Verdict> {
  try {
    const { stdout, stderr } = await run(judge, args, { cwd: options.directory, timeout: 110_000 });
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    if (!isExit(error)) throw error;
    return { exitCode: error.code, output: error.stdout + error.stderr };
  }
}

function isExit(error: unknown): error is { code: number; stdout: string; stderr: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'stdout' in error;
}
