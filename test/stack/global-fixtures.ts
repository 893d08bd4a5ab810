// Mocha's global fixtures: what the whole run shares.
import { removeRunFolder, sweepKilledRuns } from './run-folder.js';
import { endCommands } from './signering-command.js';
import { stopSharedTemporal } from './shared-temporal.js';

/** Before the first test. */
export async function mochaGlobalSetup(): Promise<void> {
  await sweepKilledRuns();
}

/** After the last test. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopSharedTemporal();
  await removeRunFolder();
  endCommands();
}
