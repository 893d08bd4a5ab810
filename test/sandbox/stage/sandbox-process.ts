// Runs a sandbox in a separate process, for tests that kill it: node sandbox-process.js STATE_FOLDER
import { startSandbox } from '@signering/sandbox';

const [stateFolder] = process.argv.slice(2);
if (stateFolder === undefined) throw new TypeError('The state folder is missing.');
const sandbox = await startSandbox({ port: 0, stateFolder, emptyQueueWaitMs: 0 });
process.stdout.write(`${JSON.stringify(sandbox.announcement)}\n`);
