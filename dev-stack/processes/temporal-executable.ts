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
  /** Output for the progress of long steps. @default process.stderr */
  readonly out?: ProgressSink;
}

/** A suitable `temporal` executable: from PATH, or downloaded or built earlier. Fetches nothing. */
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
 * Finds or makes the `temporal` executable: PATH, our cache, the SDK's download, and if that is unreachable
 * a build from source, which takes minutes once.
 * @throws TEMPORAL_UNAVAILABLE with the remaining options
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
    `Found no Temporal server, and could not make one: ${whyNoDownload}; ${whyNoBuild}. ` +
      'Do one of these: set TEMPORAL_ADDRESS to a running cluster, put the `temporal` CLI ' +
      '(https://docs.temporal.io/cli) on PATH, allow access to temporal.download, or install Go.',
  );
}
