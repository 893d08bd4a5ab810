import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { queueLines, queueListLines } from '@signering/cli/internal/terminal/queue-view.js';
import { wrapLine } from '@signering/cli/internal/terminal/wrap.js';
import type { QueueDescription, UndeliveredJob } from '@signering/client';
import { readProjectFile } from '../../docs/project-files.js';

const undelivered = (job: Partial<UndeliveredJob>): UndeliveredJob => ({
  signatureJobId: '1042',
  reason: 'UNDELIVERABLE',
  count: 2,
  lastSeenAt: '2026-12-01T08:10:00Z',
  ...job,
});

function queueWith(...jobs: readonly UndeliveredJob[]): QueueDescription {
  return {
    organizationNumber: '312345676',
    flow: 'PORTAL',
    pollingQueue: 'signering-workflows',
    polled: true,
    nextPollAt: '2026-12-01T08:20:00Z',
    followUntil: '2027-01-01T08:00:00Z',
    undelivered: jobs,
    confirmForeign: [],
  };
}

/** What a terminal shows of a queue with this one job. */
function screenOf(job: Partial<UndeliveredJob>, columns = 80): string {
  const lines = queueLines(queueWith(undelivered(job))).flatMap((line) => wrapLine(line, columns));
  for (const line of lines) assert.ok(line.length <= columns, `${line.length} columns: ${line}`);
  return lines.join('\n');
}
const inOneLine = (screen: string): string => screen.replaceAll(/\s+/gu, ' ');

describe('the output for a polling queue', () => {
  for (const columns of [80, 120]) {
    it(`explains for a stranded job that a worker starts its workflow again, in ${columns} columns`, () => {
      const screen = screenOf({ reason: 'STRANDED', count: 1 }, columns);
      assert.match(screen, /^ {2}job 1042: STRANDED\n {4}handed out once, last at 2026-12-01 \d\d:\d\d$/mu);
      assert.match(inOneLine(screen), /Its workflow failed or was terminated.* A worker starts it again/u);
      assert.doesNotMatch(screen, /confirm-foreign/u);
    });
  }

  it('prints the reason of a later version as it was written', () => {
    const screen = screenOf({ reason: 'UNKNOWN', reasonText: 'QUARANTINED' });
    assert.match(inOneLine(screen), /job 1042: QUARANTINED .* upgrade this one/u);
  });

  it('prints the remedy for each code of an undeliverable change', () => {
    const table = readProjectFile('docs/operating.md');
    const codes = [...table.matchAll(/^\| `UNDELIVERABLE`, `([A-Z_]+)` \|/gmu)].map(([, code]) => code);
    assert.equal(codes.length, 7);
    const sentences = codes.map((code) => {
      const screen = screenOf({ code: code as NonNullable<UndeliveredJob['code']> });
      assert.ok(
        screen.includes(`job 1042: UNDELIVERABLE (${code})\n    handed out 2 times, last at`),
        screen,
      );
      assert.doesNotMatch(screen, /errors\.md/u);
      return screen.split('\n').slice(-2).join(' ');
    });
    assert.equal(new Set(sentences).size, codes.length);
    assert.match(screenOf({ code: 'LEDGER_CONFLICT' }), /docs\/errors\.md explains the code/u);
  });

  it('names a job whose id cannot be read', () => {
    const { signatureJobId: _, ...job } = undelivered({ code: 'UNREADABLE_RESPONSE' });
    const lines = queueLines(queueWith(job));
    assert.ok(lines.includes('  a job whose id cannot be read: UNDELIVERABLE (UNREADABLE_RESPONSE)'));
  });

  it('prints the confirm command of a foreign change once', () => {
    assert.match(screenOf({ reason: 'FOREIGN' }), /queue signering-workflows --confirm-foreign 1042$/u);
    const confirmed = { ...queueWith(undelivered({ reason: 'FOREIGN' })), confirmForeign: ['1042'] };
    assert.match(
      inOneLine(queueLines(confirmed).join('\n')),
      /is confirmed when the service hands it out again/u,
    );
    assert.doesNotMatch(queueLines(confirmed).join('\n'), /--confirm-foreign/u);
  });

  it('prints a command that a shell accepts, for any queue name', () => {
    const queue = { ...queueWith(undelivered({ reason: 'FOREIGN' })), pollingQueue: "the boat's; $(id)" };
    const command = queueLines(queue).at(-1)?.trim().replace('npx signering', "printf '%s\\n'") ?? '';
    const { stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    assert.deepEqual(stdout.split('\n').slice(0, 3), ['queue', "the boat's; $(id)", '--confirm-foreign']);
  });

  it('counts the jobs with undelivered changes in the list of queues', () => {
    const queue = queueWith(undelivered({}), undelivered({ signatureJobId: '1043' }));
    const lines = queueListLines([{ ...queue, description: queue }]);
    assert.ok(lines.includes('  not delivered   changes of 2 jobs'), lines.join('\n'));
  });
});
