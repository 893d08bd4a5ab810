// Run by the worker container before the worker: writes the settings to the file that commands in the container read
// too, and creates the encryption key on the first start.
import { resolve } from 'node:path';
import { stackEnvironment } from '../processes/index.js';
import { DEV_ENV_FILE, writeEnvFile } from '@signering/settings';
import { readOrMakeKeys } from '../stack/keys-file.js';
import { readAnnouncement } from './announcement-file.js';

const settings = stackEnvironment({
  announcement: readAnnouncement(),
  storageFolder: resolve('.signering/storage'),
  keys: readOrMakeKeys('.signering/keys'),
  temporal: {
    TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233',
    TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
  },
});
writeEnvFile(DEV_ENV_FILE, settings);
