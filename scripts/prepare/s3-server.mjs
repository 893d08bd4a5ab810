// The S3 server of the tests, which nothing else needs: built from source, because there is no download to verify.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runLongStep } from './long-step.mjs';

const VERSION = '1.8.0';
// As dev-stack/processes/cache-folder.ts.
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'signering-workflows', 'bin');

/** Where the executable is once it was built. */
export const S3_SERVER = join(CACHE, `versitygw-${VERSION}`);

/** Builds the server unless it was built earlier. Without Go its tests are skipped; in CI they may not be. */
export async function prepareS3Server() {
  if (existsSync(S3_SERVER)) return;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, '.build-'));
  try {
    await runLongStep({
      what: 'Building the S3 server of the tests from source, once (about two minutes)',
      command: 'go',
      args: ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`],
      env: { ...process.env, GOBIN: folder },
      next: 'Install Go: without this server no test uses S3 storage.',
    });
    renameSync(join(folder, 'versitygw'), S3_SERVER);
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(`${error.message} The tests with S3 storage are skipped.\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
