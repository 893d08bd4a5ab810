import { spawn, type ChildProcess } from 'node:child_process';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { waitFor } from '../../fixtures/index.js';

/** A running `signering dev`, with the addresses that it printed. */
export interface RunningDev {
  readonly process: ChildProcess;
  readonly adminUrl: string;
  readonly pagesUrl: string;
  readonly temporalAddress: string;
  readonly temporalWebUrl: string;
  readonly codecUrl: string;
  readonly metricsUrl: string;
  readonly readyUrl: string;
  readonly said: () => string;
}

/** Starts `signering dev` in a folder and waits until its stack runs. */
export async function startDev(cwd: string, settings: NodeJS.ProcessEnv = {}): Promise<RunningDev> {
  const dev = spawn(process.execPath, [SIGNERING_COMMAND, 'dev', '--json'], {
    cwd,
    env: { ...withoutSettings(process.env), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  dev.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  dev.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const line = await waitFor(() => printed.includes('\n') && printed, {
    what: 'the stack is up',
    explain: () => said,
  });
  return {
    process: dev,
    said: () => said,
    ...(JSON.parse(line) as Omit<RunningDev, 'process' | 'said'>),
  };
}
