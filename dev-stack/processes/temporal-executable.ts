import { join } from 'node:path';
import type { ProgressSink } from '@signering/cli';
import { SigningError } from '@signering/schema';
import { cacheFolder } from './cache-folder.js';
import { findOnPath, isExecutable, runsWell } from './executables.js';
import { installTemporalWithGo } from './go-install.js';
import { downloadBySdk } from './sdk-download.js';

/** The argument of {@link findTemporalExecutable}. */
export interface FindExecutableOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where long steps tell how they get on. @default process.stderr */
  readonly out?: ProgressSink;
}

/** The `temporal` that fits: on PATH, else the one that was downloaded or built before. Fetches nothing. */
export async function existingTemporalExecutable(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const onPath = await findOnPath('temporal', env);
  if (onPath !== undefined && (await runsWell(onPath, ['server', 'start-dev', '--help']))) return onPath;
  const cached = cachedTemporal(env);
  return (await isExecutable(cached)) ? cached : undefined;
}

function cachedTemporal(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'bin', 'temporal');
}

/**
 * Finds or makes the `temporal` executable: PATH, our cache, the SDK's download, and where that cannot be reached
 * a build from source, which takes minutes once.
 * @throws TEMPORAL_UNAVAILABLE with the ways that are left
 */
export async function findTemporalExecutable(options: FindExecutableOptions): Promise<string> {
  const { env } = options;
  const existing = await existingTemporalExecutable(env);
  if (existing !== undefined) return existing;
  const target = cachedTemporal(env);
  const whyNoDownload = await downloadBySdk({ ...options, server: 'dev-server', target });
  if (whyNoDownload === undefined) return target;
  const whyNoBuild = await installTemporalWithGo({ ...options, target });
  if (whyNoBuild === undefined) return target;
  throw new SigningError(
    'TEMPORAL_UNAVAILABLE',
    `No Temporal server could be found or made: ${whyNoDownload}; ${whyNoBuild}. ` +
      'Do one of these: set TEMPORAL_ADDRESS to a cluster that runs, put the `temporal` CLI ' +
      '(https://docs.temporal.io/cli) on PATH, allow access to temporal.download, or install Go.',
  );
}
