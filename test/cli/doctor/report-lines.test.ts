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

const FAILED = reportOf(failed({ what: CLOCK, nextStep: 'Set it by NTP.', mender: 'SURROUNDINGS' }));

describe('the output of signering doctor', () => {
  it('has the finding beside the title', () => {
    assert.deepEqual(reportLines(FAILED, { columns: 80, color: false }), [
      "✘ Clock              This machine's clock is 60 s behind the service's; more",
      '                     than 5 s.',
      '                     → Set it by NTP.',
    ]);
  });

  it('has the finding below the title on a narrow terminal', () => {
    assert.deepEqual(reportLines(FAILED, { columns: 40, color: false }), [
      '✘ Clock',
      "  This machine's clock is 60 s behind",
      "  the service's; more than 5 s.",
      '  → Set it by NTP.',
    ]);
  });

  it('shows control characters of a finding without sending them to the terminal', () => {
    const [line = ''] = reportLines(reportOf(passed('a\u001B[2Jb\u202E')), { columns: 80, color: true });
    assert.ok(line.endsWith(String.raw`  a\u001b[2Jb\u202e`), JSON.stringify(line));
  });

  it('limits the line length on a wide terminal', () => {
    const long = reportOf(passed('word '.repeat(100).trim(), ['careful '.repeat(40).trim()]));
    const lines = reportLines(long, { columns: 300, color: false });
    assert.ok(lines.every((line) => line.length <= 110));
    assert.match(lines.join('\n'), /^ {21}! careful/mu);
  });

  it('has the reason why a check was not made', () => {
    assert.deepEqual(reportLines(reportOf(notChecked('so')), { columns: 80, color: false }), [
      '– Clock              not checked, because so',
    ]);
  });

  it('colours only the marks, and only if enabled', () => {
    const [line = ''] = reportLines(FAILED, { columns: 80, color: true });
    assert.ok(line.startsWith('\u001B[31m✘\u001B[39m Clock'));
  });

  it('ends with a summary', () => {
    const good = reportOf(passed('fine'));
    const unknown = reportOf(notChecked('so'));
    assert.equal(summaryLine([good]), 'Everything is in order.');
    assert.equal(summaryLine([good, unknown]), 'Nothing is wrong. 1 could not be checked.');
    assert.equal(summaryLine([good, FAILED, unknown]), '1 of 3 checks failed. 1 could not be checked.');
  });
});
