import { checkKeysOfWorkers, keyFingerprint, type EncryptionKeys } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';

/** Every key id stands for the same key as in the other processes on this storage. */
export const keysCheck: Check = {
  name: 'keys',
  title: 'Encryption keys',
  neededBy: ['client', 'worker'],
  after: ['storage'],
  run: async (examination) => {
    const keys = examination.keys();
    const { keyFingerprints } = await examination.storage();
    try {
      await checkKeysOfWorkers(keys, keyFingerprints);
    } catch (error) {
      if (!(error instanceof SigningError) || error.code !== 'KEY_MISMATCH') throw error;
      const nextStep = `Compare with the other machines: here are ${fingerprintsOf(keys)}.`;
      return failed({ what: error.message, nextStep, mender: 'SETTINGS' });
    }
    const known = (await keyFingerprints.isEmpty())
      ? 'no worker has used any yet'
      : 'each id stands for the same key as in the workers';
    return passed(`${known}: ${fingerprintsOf(keys)}`);
  },
};

/** The first one encrypts. */
function fingerprintsOf(keys: EncryptionKeys): string {
  return keys.map((key) => `${key.id} (fingerprint ${keyFingerprint(key)})`).join(', ');
}
