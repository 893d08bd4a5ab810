import { SigningError } from '@signering/schema';
import type { Check } from '../check.js';
import type { Examination } from '../examination.js';
import { failed, notChecked, passed } from '../finding.js';

/** Maximum number of unreadable jobs in the message. */
const MOST_NAMED = 10;

/** No job is blocked because its input is encrypted under a key that no worker has. */
export const readableJobsCheck: Check = {
  name: 'readableJobs',
  title: 'Readable jobs',
  neededBy: ['client', 'worker'],
  after: ['keys', 'searchAttributes'],
  run: async (examination) => {
    let mismatches: readonly string[];
    try {
      mismatches = await keyMismatches(examination);
    } catch (error) {
      // The checks of storage and worker have already reported it.
      const isStorage = error instanceof SigningError && error.code.startsWith('STORAGE_');
      if (!isStorage) throw error;
      return notChecked('a client cannot use this storage with these workers');
    }
    if (mismatches.length === 0)
      return passed('no job that is being created is encrypted under a missing key');
    return failed(...mismatches.slice(0, MOST_NAMED).map((what) => ({ what, mender: 'SETTINGS' as const })));
  },
};

async function keyMismatches(examination: Examination): Promise<readonly string[]> {
  // Imported dynamically: `--help` does not need it.
  const { SigningClient } = await import('@signering/client');
  const client = await SigningClient.connect({
    settings: {
      organizationNumber: examination.setting('SIGNERING_ORGANIZATION'),
      storage: examination.setting('SIGNERING_STORAGE'),
      ...examination.s3(),
      keys: examination.keys(),
      taskQueue: examination.setting('SIGNERING_TASK_QUEUE'),
      pollingQueue: examination.setting('SIGNERING_POLLING_QUEUE'),
      callTimeoutMs: examination.setting('SIGNERING_CLIENT_TIMEOUT') * 1000,
      temporal: examination.temporalSettings(),
    },
  });
  try {
    const found: string[] = [];
    for await (const job of client.listAllJobs({ statuses: ['RUNNING'], states: ['CREATING'] })) {
      if (job.status === 'RUNNING' && job.keyMismatch !== undefined) found.push(job.keyMismatch);
    }
    return found;
  } finally {
    await client.close();
  }
}
