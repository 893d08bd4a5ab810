import assert from 'node:assert/strict';
import {
  checksFor,
  Examination,
  exitCodeOf,
  runChecks,
  type CheckName,
  type CheckReport,
  type Finding,
} from '@signering/cli/internal/doctor/index.js';
import type { Environment, SettingReader } from '@signering/settings';

/** What the doctor found with some settings. */
export interface Findings {
  readonly exitCode: number;
  readonly of: (name: CheckName) => Finding;
}

/** Runs checks on settings; those that they come after have to be named too. */
export async function findingsFor(
  env: Environment,
  names: readonly CheckName[],
  readBy: readonly SettingReader[] = ['client', 'worker'],
): Promise<Findings> {
  const examination = new Examination(env, { readBy });
  const reports: CheckReport[] = [];
  try {
    const checks = checksFor(readBy).filter(({ name }) => names.includes(name));
    for await (const report of runChecks(checks, examination)) reports.push(report);
  } finally {
    await examination.close();
  }
  return {
    exitCode: exitCodeOf(reports),
    of: (name) => reports.find(({ check }) => check.name === name)?.finding ?? assert.fail(name),
  };
}

/** Everything that a failed check said; fails when it did not fail. */
export function troubleOf(finding: Finding): string {
  assert.equal(finding.verdict, 'FAILED', JSON.stringify(finding));
  const said = finding.troubles.map(({ what, nextStep = '' }) => `${what} ${nextStep}`).join('\n');
  assert.doesNotMatch(said, /^\s+at /mu, 'no stack');
  return said;
}

/** What a check that passed said, warnings included; fails when it did not pass. */
export function passedWith(finding: Finding): { readonly summary: string; readonly warnings: string } {
  assert.equal(finding.verdict, 'PASSED', JSON.stringify(finding));
  return { summary: finding.summary, warnings: finding.warnings.join('\n') };
}

/** Why a check was not made; fails when it was. */
export function notCheckedBecause(finding: Finding): string {
  assert.equal(finding.verdict, 'NOT_CHECKED', JSON.stringify(finding));
  return finding.because;
}
