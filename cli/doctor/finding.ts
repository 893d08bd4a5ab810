/** Who can mend it: whoever writes the settings, or whoever runs what stands around them. It decides the exit code. */
export type Mender = 'SETTINGS' | 'SURROUNDINGS';

/** One thing that is wrong: never with personal data, a secret or a stack in it. */
export interface Trouble {
  readonly what: string;
  /** What to do about it; absent where `what` says so itself. */
  readonly nextStep?: string;
  readonly mender: Mender;
}

/** What a check found. */
export type Finding =
  | {
      readonly verdict: 'PASSED';
      /** What was found in order. */
      readonly told: string;
      /** What holds today and needs a hand before long, or looks odd. */
      readonly warnings: readonly string[];
    }
  | { readonly verdict: 'FAILED'; readonly troubles: readonly Trouble[] }
  | { readonly verdict: 'NOT_CHECKED'; readonly because: string };

/** All in order. */
export function passed(told: string, warnings: readonly string[] = []): Finding {
  return { verdict: 'PASSED', told, warnings };
}

/** At least one thing is wrong. */
export function failed(...troubles: readonly Trouble[]): Finding {
  return { verdict: 'FAILED', troubles };
}

/** Nothing can be said; `because` completes "not checked, because …". */
export function notChecked(because: string): Finding {
  return { verdict: 'NOT_CHECKED', because };
}
