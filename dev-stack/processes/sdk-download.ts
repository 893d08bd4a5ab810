import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgressSink } from '@signering/cli';
import { isExecutable } from './executables.js';
import { runLongStep } from './long-step.js';

/** Which of the SDK's two servers to download. */
export type SdkServer = 'dev-server' | 'time-skipping';

const DOWNLOAD_PROCESS = fileURLToPath(new URL('sdk-download-process.js', import.meta.url));
// About 50 MB; an unreachable network fails immediately.
const DOWNLOAD_TIMEOUT_MS = 300_000;
const REACHABLE_WITHIN_MS = 5000;
const DOWNLOAD_SITE = 'https://temporal.download/';

async function isReachable(): Promise<boolean> {
  try {
    await fetch(DOWNLOAD_SITE, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

/** The argument of {@link downloadBySdk}. */
export interface SdkDownloadOptions {
  readonly server: SdkServer;
  /** Target path of the executable. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out?: ProgressSink;
}

/**
 * Lets the Temporal SDK download its matching server. Returns why it is not possible, if so. The SDK starts what it
 * downloads, so this runs in a separate process.
 */
export async function downloadBySdk(options: SdkDownloadOptions): Promise<string | undefined> {
  const { server, target, env, out } = options;
  if (!(await isReachable())) return `${DOWNLOAD_SITE} cannot be reached`;
  await mkdir(dirname(target), { recursive: true });
  // On the same file system as the target, so that the rename is atomic.
  const folder = await mkdtemp(join(dirname(target), '.download-'));
  try {
    const { succeeded, output } = await runLongStep({
      what:
        server === 'dev-server'
          ? 'Downloading the Temporal dev server'
          : 'Downloading the Temporal test server',
      command: process.execPath,
      args: [DOWNLOAD_PROCESS, server, folder],
      env,
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
      ...(out === undefined ? {} : { out }),
    });
    if (!succeeded) return `the SDK's download failed: ${output.trim().split('\n').at(-1) ?? ''}`;
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (!(await isExecutable(path))) continue;
      await chmod(path, 0o755);
      await rename(path, target);
      return undefined;
    }
    return 'the SDK downloaded no executable';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
