/** Where the remedy is: in the settings, or in the surrounding systems. Determines the exit code. */
export type Mender = 'SETTINGS' | 'SURROUNDINGS';

/** One failure, without personal data, secrets or stack traces. */
export interface Trouble {
  readonly what: string;
  /** The remedy; absent if `what` includes it. */
  readonly nextStep?: string;
  readonly mender: Mender;
  /** The check may pass later without a correction. @default false */
  readonly retryable?: boolean;
}

/** Result of a check. */
export type Finding =
  | {
      readonly verdict: 'PASSED';
      /** What the check verified. */
      readonly summary: string;
      /** Facts that need attention soon, or look unusual. */
      readonly warnings: readonly string[];
    }
  | { readonly verdict: 'FAILED'; readonly troubles: readonly Trouble[] }
  | { readonly verdict: 'NOT_CHECKED'; readonly because: string };

/** Passed. */
export function passed(summary: string, warnings: readonly string[] = []): Finding {
  return { verdict: 'PASSED', summary, warnings };
}

/** Failed, with at least one trouble. */
export function failed(...troubles: readonly Trouble[]): Finding {
  return { verdict: 'FAILED', troubles };
}

/** Not checked; `because` completes "not checked, because …". */
export function notChecked(because: string): Finding {
  return { verdict: 'NOT_CHECKED', because };
}
