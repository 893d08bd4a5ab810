import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProgressSink } from '@signering/cli';
import { findOnPath } from './executables.js';
import { runLongStep } from './long-step.js';

// The newest tag that `go install` accepts: later ones contain replace directives.
const TEMPORAL_CLI = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
// Three and a half minutes on two cores.
const BUILD_TIMEOUT_MS = 1_800_000;

/** The argument of {@link installTemporalWithGo}. */
export interface GoInstallOptions {
  /** Target path of the executable. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out?: ProgressSink;
}

/** Builds the Temporal CLI with its dev server from source. Returns the reason if it fails. */
export async function installTemporalWithGo(options: GoInstallOptions): Promise<string | undefined> {
  const { target, env, out } = options;
  const go = await findOnPath('go', env);
  if (go === undefined) return '`go` is not on PATH, so it cannot be built';
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), '.build-'));
  try {
    const { succeeded, output } = await runLongStep({
      what: 'Building the Temporal dev server from source, once (about four minutes)',
      command: go,
      args: ['install', TEMPORAL_CLI],
      env: { ...env, GOBIN: folder },
      cwd: folder,
      timeoutMs: BUILD_TIMEOUT_MS,
      ...(out === undefined ? {} : { out }),
    });
    if (!succeeded) return `\`go install ${TEMPORAL_CLI}\` failed: ${output.trim().split('\n').at(-1) ?? ''}`;
    await rename(join(folder, 'temporal'), target);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
