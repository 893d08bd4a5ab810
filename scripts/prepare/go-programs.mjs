// Programs that only the tests need: built from source, because there is no download to verify.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runLongStep } from './long-step.mjs';

// As dev-stack/processes/cache-folder.ts.
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'signering-workflows', 'bin');

const PROGRAMS = [
  {
    name: 'versitygw-1.8.0',
    module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    what: 'the S3 server of the tests (about two minutes)',
    without: 'no test uses S3 storage',
  },
  {
    name: 'kustomize',
    module: 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1',
    what: 'kustomize',
    without: 'no test checks deploy/kubernetes/',
  },
  {
    name: 'kube-score',
    module: 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
    what: 'kube-score',
    without: 'no test checks deploy/kubernetes/ with it',
  },
];

/** Where the S3 server is once it was built. */
export const S3_SERVER = join(CACHE, PROGRAMS[0].name);

/** Builds the programs that were not built earlier. Without Go their tests are skipped; in CI they may not be. */
export async function prepareGoPrograms() {
  for (const program of PROGRAMS) {
    if (!existsSync(join(CACHE, program.name))) await build(program);
  }
}

async function build({ name, module, what, without }) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, '.build-'));
  try {
    await runLongStep({
      what: `Building ${what} from source, once`,
      command: 'go',
      args: ['install', module],
      env: { ...process.env, GOBIN: folder },
      next: `Install Go: without this program ${without}.`,
    });
    renameSync(join(folder, name.replace(/-[0-9.]+$/u, '')), join(CACHE, name));
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(`${error.message} These tests are skipped.\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
