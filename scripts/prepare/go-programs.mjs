// Programs that only tests and checks need: built from source, because there is no download to verify.
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

/** What `npm run production-check` runs besides, in the versions of deploy/compose/compose.yml. */
const PRODUCTION_PROGRAMS = [
  {
    name: 'temporal-server-1.29.1',
    built: 'server',
    module: 'go.temporal.io/server/cmd/server@v1.29.1',
    what: 'the Temporal server (about four minutes)',
  },
  {
    name: 'temporal-sql-tool-1.29.1',
    built: 'sql',
    module: 'go.temporal.io/server/cmd/tools/sql@v1.29.1',
    what: "Temporal's SQL tool",
  },
  {
    name: 'temporal-ui-2.45.1',
    built: 'server',
    module: 'github.com/temporalio/ui-server/v2/cmd/server@v2.45.1',
    what: 'Temporal Web (about a minute)',
  },
].map((program) => ({ ...program, without: 'the production check cannot run' }));

/** Where the S3 server is once it was built. */
export const S3_SERVER = join(CACHE, PROGRAMS[0].name);

/** Builds the programs that were not built earlier. Without Go their tests are skipped; in CI they may not be. */
export async function prepareGoPrograms() {
  for (const program of PROGRAMS) {
    if (!existsSync(join(CACHE, program.name))) await build(program);
  }
}

/** Builds the programs of the production check. */
export async function prepareProductionPrograms() {
  const programs = [PROGRAMS[0], ...PRODUCTION_PROGRAMS];
  for (const program of programs) {
    if (existsSync(join(CACHE, program.name))) continue;
    await build(program);
    if (!existsSync(join(CACHE, program.name))) throw new Error(`Cannot build ${program.what}.`);
  }
}

async function build({ name, module, what, without, built = name.replace(/-[0-9.]+$/u, '') }) {
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
    renameSync(join(folder, built), join(CACHE, name));
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(`${error.message} These tests are skipped.\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
