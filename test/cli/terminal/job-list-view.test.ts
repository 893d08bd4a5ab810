import assert from 'node:assert/strict';
import { jobListLines } from '@signering/cli/internal/terminal/job-list-view.js';
import { wrapLine } from '@signering/cli/internal/terminal/wrap.js';
import type { JobSummary, RunningJobSummary } from '@signering/client';

function job(number: number, details: Partial<RunningJobSummary> = {}): JobSummary {
  return {
    reference: `lease-${number}`,
    flow: 'PORTAL',
    status: 'RUNNING',
    state: 'WAITING_FOR_SIGNERS',
    signatureJobId: String(5_997_000 + number),
    deadline: '2026-12-24T08:00:00.000Z',
    startedAt: '2026-12-01T08:00:00.000Z',
    ...details,
  };
}

const DETAILS: Pick<RunningJobSummary, 'signers' | 'waitingFor'> = {
  signers: [
    { signer: 1, maskedIdentifier: '14*********', order: 1, status: 'WAITING' },
    { signer: 2, maskedIdentifier: '15*********', order: 2, status: 'WAITING' },
  ],
  waitingFor: [1],
};

describe('the list of jobs on a terminal', () => {
  for (const columns of [80, 120]) {
    it(`has the title and the pending signers below each job, in ${columns} columns`, () => {
      const lines = jobListLines([
        job(1, { title: 'Lease of\u001B[2J a\nflat', ...DETAILS }),
        job(2, { reference: 'r'.repeat(50), title: 'T'.repeat(40), ...DETAILS }),
      ]).flatMap((line) => wrapLine(line, columns));
      for (const line of lines) assert.ok(line.length <= columns, line);
      assert.equal(lines.filter((line) => line === '  … signer 1  14*********').length, 2);
      assert.ok(
        lines.some((line) => line.startsWith('  Lease of')),
        lines.join('\n'),
      );
      // A title must not move the cursor, or begin a line.
      assert.doesNotMatch(lines.join(''), /\p{Cc}/u);
      const flows = lines
        .filter((line) => line.includes('  portal  job '))
        .map((line) => line.indexOf('portal'));
      assert.deepEqual(flows, [52, 52]);
    });
  }

  it('has its columns below each other, also with references in wide letters', () => {
    const lines = jobListLines([job(1, { reference: '漢字' }), job(2, { reference: 'abcd' })]);
    assert.deepEqual(
      lines.map((line) => /^\S+ {2}portal/u.exec(line)?.[0]),
      ['漢字  portal', 'abcd  portal'],
    );
  });

  it('states for how many of 200 jobs it shows title and signers', () => {
    const jobs = Array.from({ length: 200 }, (_, index) =>
      job(index, index < 100 ? { title: 'A lease', ...DETAILS } : {}),
    );
    assert.match(
      jobListLines(jobs).at(-1) ?? '',
      /^Title and signers are shown for the latest 100 of 200 jobs/u,
    );
    assert.doesNotMatch(jobListLines(jobs.slice(0, 100)).join('\n'), /are shown for/u);
    assert.deepEqual(jobListLines([]), ['No jobs.']);
  });
});
