import type { EncryptionKeys } from '@signering/encryption';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { parseKeysInto } from './parse-settings.js';
import { resolveSecretFiles } from './secret-files.js';

/** Reads the encryption keys alone, for a program that needs no other setting. @throws INVALID_SETTINGS */
export function loadKeys(env: Environment): EncryptionKeys {
  const problems: Problem[] = [];
  const resolved = resolveSecretFiles(env, problems);
  const relevant = problems.filter(({ path }) => path.startsWith('SIGNERING_KEYS'));
  const keys = parseKeysInto(relevant, resolved['SIGNERING_KEYS']);
  if (keys !== undefined && relevant.length === 0) return keys;
  throw new InvalidInputError('INVALID_SETTINGS', 'The encryption keys cannot be used', relevant);
}
