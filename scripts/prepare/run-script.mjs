import { whatIsWrongWithNode } from './node-version.mjs';

/** Runs a script's work, loaded only when this Node is new enough for its syntax; a failure is one message and exit code 1, or 2 for invalid options. */
export function runScript(work) {
  const problem = whatIsWrongWithNode(process.version);
  const run = problem === undefined ? work() : Promise.reject(new Error(problem));
  run.catch((error) => {
    console.error(error.message);
    process.exitCode = String(error.code).startsWith('ERR_PARSE_ARGS') ? 2 : 1;
  });
}

/**
 * As {@link runScript}, on a checkout whose packages are installed and whose sources are built: does first what is missing
 * or out of date.
 */
export function runPrepared(work, { evenIfUpToDate = false } = {}) {
  runScript(async () => {
    const { installPackages } = await import('./install.mjs');
    const { buildSources } = await import('./build.mjs');
    await installPackages();
    await buildSources({ evenIfUpToDate });
    await work();
  });
}
