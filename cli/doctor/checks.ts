import type { SettingReader } from '@signering/settings';
import type { Check } from './check.js';
import { authorisationCheck } from './checks/authorisation.js';
import { certificateCheck } from './checks/certificate.js';
import { clockCheck } from './checks/clock.js';
import { emailsCheck } from './checks/emails.js';
import { fairnessCheck } from './checks/fairness.js';
import { keysCheck } from './checks/keys.js';
import { memoryCheck } from './checks/memory.js';
import { namespaceCheck } from './checks/namespace.js';
import { readableJobsCheck } from './checks/readable-jobs.js';
import { searchAttributesCheck } from './checks/search-attributes.js';
import { serviceCheck } from './checks/service.js';
import { settingsCheck } from './checks/settings.js';
import { storageCheck } from './checks/storage.js';
import { taskQueuesCheck } from './checks/task-queues.js';
import { temporalCheck } from './checks/temporal.js';
import { trustCheck } from './checks/trust.js';
import { workerCheck } from './checks/worker.js';

/** All checks, in order. */
const CHECKS: readonly Check[] = [
  settingsCheck,
  certificateCheck,
  trustCheck,
  serviceCheck,
  clockCheck,
  authorisationCheck,
  memoryCheck,
  emailsCheck,
  storageCheck,
  keysCheck,
  temporalCheck,
  namespaceCheck,
  searchAttributesCheck,
  workerCheck,
  taskQueuesCheck,
  fairnessCheck,
  readableJobsCheck,
];

/** The checks for the programs that will run here. */
export function checksFor(readers: readonly SettingReader[]): readonly Check[] {
  return CHECKS.filter(({ neededBy }) => neededBy.some((reader) => readers.includes(reader)));
}
