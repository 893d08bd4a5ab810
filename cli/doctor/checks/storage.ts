import { stat, statfs } from 'node:fs/promises';
import { errorCodeOf } from '@signering/schema';
import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';

const GIGABYTE = 1_000_000_000;

/** The storage folder exists, and its file system meets the reference ledger's requirements. */
export const storageCheck: Check = {
  name: 'storage',
  title: 'Storage',
  neededBy: ['client', 'worker'],
  after: [],
  run: async (examination) => {
    const root = examination.setting('SIGNERING_STORAGE');
    // A worker would create it. In a running system a missing folder means that its volume is not mounted.
    if (await isMissing(root)) {
      return failed({
        what: `The folder ${root} does not exist.`,
        nextStep:
          'Mount its volume, or correct SIGNERING_STORAGE. For a first start create it (mkdir -m 700), or start a ' +
          'worker, which creates it.',
        mender: 'SETTINGS',
      });
    }
    const { storageIdentity } = await examination.storage();
    const id = await storageIdentity.find();
    const { bavail, bsize } = await statfs(root);
    const free = ((bavail * bsize) / GIGABYTE).toFixed(1);
    const facts = `${root}: written, read back, renamed, linked and synced; ${free} GB free`;
    if (id !== undefined) return passed(`${facts}; identity ${id}`);
    const what = `The folder ${root} has no identity (storage-identity.json): no worker has used it.`;
    if (examination.forWorker) return passed(facts, [`${what} A worker writes one when it starts.`]);
    const nextStep = 'Mount its volume, correct SIGNERING_STORAGE, or start a worker on this folder.';
    return failed({ what, nextStep, mender: 'SETTINGS' });
  },
};

/** False if it cannot be determined; then writing to it gives the reason. */
async function isMissing(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '');
  }
}
