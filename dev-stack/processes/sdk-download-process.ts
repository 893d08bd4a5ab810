// A separate process: `node sdk-download-process.js dev-server|time-skipping FOLDER` leaves the executable in FOLDER.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [server, downloadDir] = process.argv.slice(2);
if (downloadDir === undefined)
  throw new Error('Usage: sdk-download-process.js dev-server|time-skipping FOLDER');
const executable = { type: 'cached-download', downloadDir } as const;
const environment =
  server === 'dev-server'
    ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
    : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
await environment.teardown();
