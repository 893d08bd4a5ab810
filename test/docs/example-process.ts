import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestStack } from '../fixtures/index.js';
import { PROJECT } from './project-files.js';

/** An example that stays until it is ended. */
export interface ExampleProcess {
  /** What the line that was waited for holds. */
  readonly announced: string;
  /** What it has said so far, errors too. */
  log(): string;
  /** Asks it to end, as Ctrl-C does. */
  stop(): Promise<void>;
}

/** The argument of {@link startExample}. */
export interface StartExampleOptions {
  /** Its source file, relative to the project. */
  readonly source: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly stack: TestStack;
  /** The line that says that it is up; its first group is answered. */
  readonly announcement: RegExp;
}

/** Starts an example as a person does, with the stack's settings, and waits until it says that it is up. */
export async function startExample(options: StartExampleOptions): Promise<ExampleProcess> {
  const { source, args, stack, announcement } = options;
  const compiled = join(PROJECT, 'dist', source.replace(/\.ts$/u, '.js'));
  const env = { ...stack.env, PORT: '0', ...options.env };
  const child = spawn(process.execPath, [compiled, ...args], { env, cwd: stack.folder });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const announced = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      log += `${line}\n`;
      const [, found] = announcement.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => {
      reject(new Error(`The example ended: ${log}`));
    });
  });
  return {
    announced,
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
