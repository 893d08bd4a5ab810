import type { SettingReader } from '@signering/settings';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';

/** Names of the checks, stable for programs that read the JSON output. */
export type CheckName =
  | 'settings'
  | 'certificate'
  | 'trust'
  | 'service'
  | 'clock'
  | 'authorisation'
  | 'memory'
  | 'emails'
  | 'storage'
  | 'keys'
  | 'temporal'
  | 'namespace'
  | 'searchAttributes'
  | 'worker'
  | 'taskQueues'
  | 'fairness'
  | 'readableJobs';

/** One check. A new one is a file in checks/ and a line in checks.ts. */
export interface Check {
  readonly name: CheckName;
  /** Title for people, at most 17 characters. */
  readonly title: string;
  /** Programs that need it to pass. */
  readonly neededBy: readonly SettingReader[];
  /** Checks that must pass first; they precede this one in the list. */
  readonly after: readonly CheckName[];
  /** Checks without lasting changes. A thrown error counts as failed or not checked: see run-checks.ts. */
  readonly run: (examination: Examination) => Promise<Finding>;
}
