import type { Storage } from '@signering/storage';
import type { Check } from '../check.js';
import type { Examination } from '../examination.js';
import { failed, passed, type Finding } from '../finding.js';

/** The storage exists, and meets the reference ledger's requirements. */
export const storageCheck: Check = {
  name: 'storage',
  title: 'Storage',
  neededBy: ['client', 'worker'],
  after: [],
  run: async (examination) => {
    const location = examination.setting('SIGNERING_STORAGE');
    let storage: Storage;
    let verified: string;
    try {
      storage = await examination.storage();
      verified = await storage.probe();
    } catch (error) {
      if (error instanceof Error && 'isMissing' in error && error.isMissing === true)
        return missing(location);
      throw error;
    }
    const id = await storage.storageIdentity.find();
    const facts = `${location}: ${verified}`;
    const warnings = warningsOf(examination);
    if (id !== undefined) return passed(`${facts}; identity ${id}`, warnings);
    const what = `The storage ${location} has no identity (storage-identity.json): no worker has used it.`;
    if (examination.forWorker)
      return passed(facts, [...warnings, `${what} A worker writes one when it starts.`]);
    const nextStep =
      'Mount its volume, correct SIGNERING_STORAGE, or start a worker on this folder or bucket.';
    return failed({ what, nextStep, mender: 'SETTINGS' });
  },
};

/** A worker would create a folder. In a running system a missing one means that its volume is not mounted. */
function missing(location: string): Finding {
  return failed({
    what: `The storage ${location} does not exist.`,
    nextStep:
      'Mount its volume, or correct SIGNERING_STORAGE. For a first start create the folder (mkdir -m 700), or start a ' +
      'worker, which creates it; a bucket you create yourself.',
    mender: 'SETTINGS',
  });
}

function warningsOf(examination: Examination): readonly string[] {
  const { s3 } = examination.s3();
  if (s3?.endpoint === undefined || !isUnprotected(new URL(s3.endpoint))) return [];
  return [
    'SIGNERING_S3_ENDPOINT is http on another machine: documents go over the network unencrypted. Use https.',
  ];
}

function isUnprotected({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !/^(?:localhost|127\..*|\[::1\])$/u.test(hostname);
}
