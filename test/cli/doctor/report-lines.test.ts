import assert from 'node:assert/strict';
import {
  reportLines,
  summaryLine,
  type CheckReport,
  type Finding,
} from '@signering/cli/internal/doctor/index.js';
import { failed, notChecked, passed } from '@signering/cli/internal/doctor/finding.js';

const CLOCK = "This machine's clock is 60 s behind the service's; more than 5 s.";

const reportOf = (finding: Finding): CheckReport => ({
  check: {
    name: 'clock',
    title: 'Clock',
    neededBy: ['worker'],
    after: [],
    run: () => Promise.resolve(finding),
  },
  finding,
});

const FAILED = reportOf(failed({ what: CLOCK, nextStep: 'Have it set by NTP.', mender: 'SURROUNDINGS' }));

describe('the screen of signering doctor', () => {
  it('has what was found beside the title', () => {
    assert.deepEqual(reportLines(FAILED, { columns: 80, color: false }), [
      "✘ Clock              This machine's clock is 60 s behind the service's; more",
      '                     than 5 s.',
      '                     → Have it set by NTP.',
    ]);
  });

  it('has it below the title where the terminal is narrow', () => {
    assert.deepEqual(reportLines(FAILED, { columns: 40, color: false }), [
      '✘ Clock',
      "  This machine's clock is 60 s behind",
      "  the service's; more than 5 s.",
      '  → Have it set by NTP.',
    ]);
  });

  it('has no line longer than can be read where the terminal is wide', () => {
    const long = reportOf(passed('word '.repeat(100).trim(), ['careful '.repeat(40).trim()]));
    const lines = reportLines(long, { columns: 300, color: false });
    assert.ok(lines.every((line) => line.length <= 110));
    assert.match(lines.join('\n'), /^ {21}! careful/mu);
  });

  it('says why something was not checked', () => {
    assert.deepEqual(reportLines(reportOf(notChecked('so')), { columns: 80, color: false }), [
      '– Clock              not checked, because so',
    ]);
  });

  it('colours its marks alone, and only where asked to', () => {
    const [line = ''] = reportLines(FAILED, { columns: 80, color: true });
    assert.ok(line.startsWith('\u001B[31m✘\u001B[39m Clock'));
  });

  it('ends with how it stands', () => {
    const good = reportOf(passed('fine'));
    const unknown = reportOf(notChecked('so'));
    assert.equal(summaryLine([good]), 'Everything is in order.');
    assert.equal(summaryLine([good, unknown]), 'Nothing is wrong. 1 could not be checked.');
    assert.equal(summaryLine([good, FAILED, unknown]), '1 of 3 checks failed. 1 could not be checked.');
  });
});
