import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { startOwnedProcess, type OwnedProcess } from '@signering/dev-stack/internal/processes/index.js';
import { PACKAGE, PROJECT } from '../docs/project-files.js';

/** Workers of builds, with their commands. */
const running = new Map<OwnedProcess, string>();

/** Replaces a text of a compiled file, which must be there exactly once: a change that no longer applies fails. */
export interface CodeChange {
  /** Such as `activities/dist/entry-fault.js`. */
  readonly file: string;
  readonly text: RegExp;
  /** As `String.replace` takes it. */
  readonly replacement: string;
}

/** A changed copy of the compiled packages. */
export interface ChangedBuild {
  /** Its `signering` command. */
  readonly command: string;
  remove(): void;
}

/**
 * Copies the compiled packages into the project, so that others are found, changes the copy, and bundles its workflows if
 * a change may concern them: their bundle has no activities.
 */
export async function changedBuild(changes: readonly CodeChange[]): Promise<ChangedBuild> {
  mkdirSync(join(PROJECT, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(PROJECT, '.cache', 'changed-build-'));
  const packages = join(copy, 'node_modules', '@signering');
  const isRead = (path: string): boolean =>
    !path.endsWith('.ts') && !['node_modules', '.tsbuildinfo'].includes(basename(path));
  for (const name of PACKAGE.workspaces)
    cpSync(join(PROJECT, name), join(packages, name), { recursive: true, filter: isRead });
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const change of changes) applyTo(join(packages, change.file), change);
  if (changes.some(({ file }) => !file.startsWith('activities/')))
    await promisify(execFile)(process.execPath, [join(packages, 'worker', 'dist', 'bundle-workflows.js')]);
  const command = join(packages, 'cli', 'bin', 'signering.js');
  return {
    command,
    remove: () => {
      assert.ok(
        ![...running.values()].includes(command),
        'a worker of a build runs on when its test has ended',
      );
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

function applyTo(path: string, change: CodeChange): void {
  writeFileSync(path, changed(readFileSync(path, 'utf8'), change));
}

/** The changed content of a file. @throws AssertionError unless the text is there exactly once */
export function changed(source: string, { file, text, replacement }: CodeChange): string {
  const found = source.match(new RegExp(text, 'gmu')) ?? [];
  assert.equal(found.length, 1, `${file} contains ${String(text)} ${found.length} times, not once`);
  return source.replace(new RegExp(text, 'mu'), replacement);
}

/** Starts a worker of a build; it polls some seconds later. */
export function startWorkerOfBuild(
  command: string,
  env: NodeJS.ProcessEnv,
  folder: string,
): OwnedProcess & { logged(): string } {
  const logFile = join(folder, 'worker.log');
  const worker = startOwnedProcess({
    command: process.execPath,
    args: [command, 'worker'],
    env,
    logFile,
    recordFile: join(folder, 'worker.process.json'),
  });
  running.set(worker, command);
  void worker.ended.then(() => running.delete(worker));
  return { ...worker, logged: () => readFileSync(logFile, 'utf8') };
}
