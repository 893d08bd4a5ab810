import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import { existingTemporalExecutable } from '@signering/dev-stack/internal/processes/index.js';
import type { BenchResult } from './results.js';

const run = promisify(execFile);

/** Machine, versions and commit of a run; no name of the machine, and no path. */
export async function describeEnvironment(): Promise<Pick<BenchResult, 'machine' | 'versions' | 'commit'>> {
  return {
    machine: {
      platform: `${platform()} ${arch()}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 1e8) / 10,
    },
    versions: {
      node: process.versions.node,
      temporalSdk: temporalSdkVersion(),
      temporalServer: await temporalServerVersion(),
    },
    commit: await commitOfProject(),
  };
}

function temporalSdkVersion(): string {
  const file = new URL(import.meta.resolve('@temporalio/client/package.json'));
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

async function temporalServerVersion(): Promise<string> {
  const executable = await existingTemporalExecutable(process.env);
  if (executable === undefined) return 'none';
  const { stdout } = await run(executable, ['--version']);
  return /Server ([\d.]+)/.exec(stdout)?.[1] ?? stdout.trim();
}

async function commitOfProject(): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', '.', ':!bench/results']);
    return `${stdout.trim()}${changes.trim() === '' ? '' : ' with changes'}`;
  } catch {
    return 'not a git checkout';
  }
}
