import { execFile, execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  // Verifies the webhooks that we sign. A package of Python, also found where .ci/run installs it.
  standardwebhooks: ['-c', 'import standardwebhooks'],
  // Checks rules for Prometheus, and runs their tests.
  promtool: ['--version'],
  // Packages of Python that check what deploy/ holds.
  hadolint: ['--version'],
  'kubernetes-validate': ['--version'],
  'compose-spec': ['-c', 'import compose_spec'],
  // Built with Go by `node scripts/prepare.mjs --for-tests`.
  kustomize: ['version'],
  'kube-score': ['version'],
  // Packages of Debian that check what deploy/compose/ holds.
  caddy: ['version'],
  shellcheck: ['--version'],
} as const;

const PYTHON = fileURLToPath(new URL('../../.cache/python', import.meta.url));
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'signering-workflows', 'bin');
const env = {
  PYTHONPATH: PYTHON,
  ...process.env,
  PATH: [process.env['PATH'], join(PYTHON, 'bin'), CACHE].join(delimiter),
};

/** The program of a judge that is a package. */
const PROGRAMS: Partial<Record<Judge, string>> = {
  standardwebhooks: 'python3',
  'compose-spec': 'python3',
};

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
    execFileSync(PROGRAMS[judge] ?? judge, VERSION_ARGUMENTS[judge], { stdio: 'ignore', env });
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
  options: { readonly directory?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Verdict> {
  try {
    const { stdout, stderr } = await run(PROGRAMS[judge] ?? judge, args, {
      cwd: options.directory,
      env: { ...env, ...options.environment },
    });
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    if (!isExit(error)) throw error;
    return { exitCode: error.code, output: error.stdout + error.stderr };
  }
}

function isExit(error: unknown): error is { code: number; stdout: string; stderr: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'stdout' in error;
}
