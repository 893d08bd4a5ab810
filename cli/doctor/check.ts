import type { SettingReader } from '@signering/settings';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';

/** What `signering doctor` looks at; programs that read its JSON know the checks by these names. */
export type CheckName =
  | 'settings'
  | 'certificate'
  | 'trust'
  | 'service'
  | 'clock'
  | 'authorisation'
  | 'storage'
  | 'keys'
  | 'temporal'
  | 'namespace'
  | 'searchAttributes'
  | 'worker'
  | 'fairness'
  | 'readableJobs';

/** One thing that has to hold. A new one is a file in checks/ and a line in checks.ts. */
export interface Check {
  readonly name: CheckName;
  /** For people, at most 17 characters. */
  readonly title: string;
  /** Who cannot work without it. */
  readonly neededBy: readonly SettingReader[];
  /** Those that must have passed, or nothing can be said. They stand before this one in the list. */
  readonly after: readonly CheckName[];
  /** Looks, and changes nothing that lasts. What it throws counts as failed, or as not checked: see run-checks.ts. */
  readonly run: (examination: Examination) => Promise<Finding>;
}
