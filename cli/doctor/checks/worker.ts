import { storageIdOfWorker } from '@signering/contract';
import type { Check } from '../check.js';
import type { Examination } from '../examination.js';
import { failed, passed, type Trouble } from '../finding.js';
import { recentPollers, type Work } from '../recent-pollers.js';
import { noTemporal } from '../temporal-refusal.js';

/** A worker polls the task queue, for workflows and activities, and uses the same storage. */
export const workerCheck: Check = {
  name: 'worker',
  title: 'Worker',
  neededBy: ['client', 'worker'],
  after: ['namespace'],
  run: async (examination) => {
    const { connection } = examination.temporalSettings();
    const taskQueue = examination.setting('SIGNERING_TASK_QUEUE');
    const tasks: { work: Work; identities: readonly string[] }[] = [];
    for (const work of ['workflows', 'activities'] as const) {
      try {
        tasks.push({ work, identities: await recentPollers(examination, { taskQueue, work }) });
      } catch (error) {
        return failed(noTemporal(connection.address, error));
      }
    }
    const idle = tasks.filter(({ identities }) => identities.length === 0);
    if (idle.length > 0) {
      return failed({
        what: `No worker polls the task queue "${taskQueue}" for ${idle.map(({ work }) => work).join(' and ')}: jobs wait (WORKER_UNAVAILABLE).`,
        nextStep: `Start one with these settings: signering worker`,
        mender: 'SURROUNDINGS',
        retryable: true,
      });
    }
    const mismatch = await storageMismatch(
      examination,
      tasks.flatMap(({ identities }) => identities),
    );
    if (mismatch !== undefined) return failed(mismatch);
    const count = new Set(tasks.flatMap(({ identities }) => identities)).size;
    return passed(
      `${count === 1 ? 'one polls' : `${count} poll`} the task queue "${taskQueue}" (seen within two minutes)`,
    );
  },
};

/** Workers include their storage in the identity of their polls. */
async function storageMismatch(
  examination: Examination,
  identities: readonly string[],
): Promise<Trouble | undefined> {
  const here = await storageIdHere(examination).catch(() => undefined);
  const others = new Set(identities.map(storageIdOfWorker).filter((id) => id !== undefined && id !== here));
  // The storage check has already reported a missing identity.
  if (here === undefined || others.size === 0) return undefined;
  return {
    what:
      `SIGNERING_STORAGE is storage ${here} here, but workers use storage ${[...others].join(' and ')} ` +
      '(STORAGE_MISMATCH): jobs of one storage wait while only workers on the other run.',
    nextStep:
      'Set SIGNERING_STORAGE of every client and worker to the same folder: look for a mistyped path and for a ' +
      'volume that is not mounted. `signering doctor` prints the identity on each machine.',
    mender: 'SETTINGS',
  };
}

async function storageIdHere(examination: Examination): Promise<string | undefined> {
  const { storageIdentity } = await examination.storage();
  return storageIdentity.find();
}
