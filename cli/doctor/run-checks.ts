import { ruleOfErrorCode, SigningError } from '@signering/schema';
import { EXIT_CODES } from '../exit-codes.js';
import type { Check, CheckName } from './check.js';
import type { Examination } from './examination.js';
import { failed, notChecked, type Finding } from './finding.js';
import { SettingUnusable } from './setting-unusable.js';

/** A check with its finding. */
export interface CheckReport {
  readonly check: Check;
  readonly finding: Finding;
}

/** Runs checks in sequence; yields each report as soon as it is known. */
export async function* runChecks(
  checks: readonly Check[],
  examination: Examination,
): AsyncGenerator<CheckReport, void, undefined> {
  const passed = new Set<CheckName>();
  for (const check of checks) {
    const missing = check.after.find((name) => !passed.has(name));
    const title = checks.find(({ name }) => name === missing)?.title;
    const finding =
      missing === undefined
        ? await check.run(examination).catch(findingOfFailure)
        : notChecked(`the check «${title ?? missing}» did not pass`);
    if (finding.verdict === 'PASSED') passed.add(check.name);
    yield { check, finding };
  }
}

function findingOfFailure(error: unknown): Finding {
  if (error instanceof SettingUnusable) return notChecked(error.message);
  if (error instanceof SigningError) {
    const { message, retryable } = error;
    const isSetting = ruleOfErrorCode(error.code).correctable && !retryable;
    return failed({ what: message, mender: isSetting ? 'SETTINGS' : 'SURROUNDINGS', retryable });
  }
  return failed({
    // Only the error's name: a library's message may contain anything.
    what: `The check failed unexpectedly (${error instanceof Error ? error.name : typeof error}).`,
    nextStep: 'This is a bug: report it with the versions of signering and Node.',
    mender: 'SURROUNDINGS',
  });
}

/**
 * 0 if nothing failed, 2 if settings, certificate or keys must be corrected. For failures of surrounding systems 75 if all
 * of them may pass, as when a server is down, otherwise 1.
 */
export function exitCodeOf(reports: readonly CheckReport[]): number {
  const troubles = reports.flatMap(({ finding }) => (finding.verdict === 'FAILED' ? finding.troubles : []));
  if (troubles.some(({ mender }) => mender === 'SETTINGS')) return EXIT_CODES.callers;
  if (troubles.length === 0) return EXIT_CODES.done;
  return troubles.every(({ retryable }) => retryable === true) ? EXIT_CODES.temporary : EXIT_CODES.ours;
}
