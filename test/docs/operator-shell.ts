import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findTemporalExecutable, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { DEV_ENV_FILE, writeEnvFile } from '@signering/settings';
import { loadClientSettings } from '@signering/settings';
import type { TestStack } from '../fixtures/index.js';
import { operatorCommand } from './operator-page.js';
import { linkInstalledPackages } from './project-files.js';

const WITHIN_MS = 500_000;

/** What the examples of the page stand for in a test. */
export interface ExampleValues {
  readonly reference?: string;
  readonly signatureJobId?: string;
  /** ISO 8601. */
  readonly date?: string;
  readonly codecServer?: { readonly url: string; readonly token: string };
  /** What the operator types when the command asks. The command then runs on a terminal. */
  readonly answer?: string;
}

/** A shell of an operator in the folder where the stack runs. */
export interface OperatorShell {
  readonly folder: string;
  /**
   * Runs a command of docs/operating.md through `bash -c`, after the page's own command that reads the stack's settings.
   * @throws Error with all output when the command or its first part fails
   */
  run(command: string, values?: ExampleValues): Promise<string>;
  /** The commands that were run, as they stand on the page. */
  readonly followed: ReadonlySet<string>;
}

/** Prepares the folder and PATH that docs/operating.md expects: `.signering/dev.env`, `temporal` and `npx signering`. */
export async function operatorShell(stack: TestStack): Promise<OperatorShell> {
  const folder = join(stack.folder, 'operator');
  mkdirSync(join(folder, '.signering'), { recursive: true });
  writeEnvFile(join(folder, DEV_ENV_FILE), settingsOf(stack.env));
  linkInstalledPackages(stack.folder);
  const temporal = await findTemporalExecutable({ env: process.env });
  const env = {
    ...withoutSettings(process.env),
    PATH: [dirname(temporal), process.env['PATH']].join(delimiter),
  };
  const { organizationNumber } = loadClientSettings(stack.env);
  const settings = operatorCommand('. .signering/dev.env');
  const followed = new Set<string>();
  return {
    folder,
    followed,
    run: async (command, values = {}) => {
      const script = `${settings}\n${withValues(command, { organizationNumber, ...values })}`;
      const { answer } = values;
      const output = await bash(script, { cwd: folder, env, ...(answer !== undefined && { answer }) });
      followed.add(command);
      return output;
    },
  };
}

function settingsOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const ours = Object.entries(env).filter(([name]) => /^(SIGNERING|TEMPORAL)_/u.test(name));
  return Object.fromEntries(ours.map(([name, value]) => [name, value ?? '']));
}

function withValues(
  command: string,
  values: ExampleValues & { readonly organizationNumber: string },
): string {
  const { organizationNumber, reference, signatureJobId, date, codecServer } = values;
  let text = command.replaceAll('312345676', organizationNumber);
  if (reference !== undefined)
    text = text.replaceAll('contract-2041', reference).replaceAll(/\bREF\b/gu, reference);
  if (signatureJobId !== undefined) text = text.replaceAll(/\b1042\b/gu, signatureJobId);
  if (date !== undefined) text = text.replaceAll('2026-12-01T00:00:00Z', date);
  if (codecServer !== undefined) {
    text = text
      .replaceAll('https://codec.example.com', codecServer.url)
      .replaceAll('$CODEC_TOKEN', codecServer.token);
  }
  return text;
}

/** Ends at the first command that fails. With an answer, the commands run on a terminal, of which `script` makes one. */
function bash(
  commands: string,
  { answer, ...options }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly answer?: string },
): Promise<string> {
  const shell = ['bash', '-e', '-c', commands];
  const [program = '', ...args] =
    answer === undefined
      ? shell
      : ['script', '--quiet', '--return', '--command', shell.map(shellWord).join(' '), '/dev/null'];
  return new Promise((resolve, reject) => {
    const { stdin } = execFile(
      program,
      args,
      { ...options, timeout: WITHIN_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${error.message}\n${stdout}\n${stderr}`, { cause: error }));
      },
    );
    // The input stays open: its end would end the terminal.
    if (answer !== undefined) stdin?.write(`${answer}\n`);
  });
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
