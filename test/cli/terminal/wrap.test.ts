import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jobLines } from '@signering/cli/internal/terminal/job-view.js';
import { resultLines } from '@signering/cli/internal/terminal/result-view.js';
import { errorText } from '@signering/cli/internal/terminal/print.js';
import { widthOf, wrapLine } from '@signering/cli/internal/terminal/wrap.js';
import type { EndedJob, JobResult, RunningJob } from '@signering/client';
import type { SignerProgress } from '@signering/contract';

const SHA_256 = '0123456789abcdef'.repeat(4);
const SIGNERS: readonly SignerProgress[] = [
  { signer: 1, maskedIdentifier: 'CUSTOMER-1', order: 1, status: 'SIGNED', since: '2026-12-01T08:00:00Z' },
  { signer: 2, maskedIdentifier: 'x'.repeat(40), order: 1, status: 'WAITING' },
];
const JOB: RunningJob = {
  status: 'RUNNING',
  flow: 'DIRECT',
  organizationNumber: '312345676',
  reference: 'r'.repeat(50),
  startedAt: '2026-11-24T08:00:00.000Z',
  signatureJobId: '5997761',
  state: 'ARCHIVE_BROKEN',
  deadline: '2026-12-24T08:00:00Z',
  signers: SIGNERS,
  waitingFor: [2],
  steps: [],
  needsOperator: `The signed document with the digest ${SHA_256} is broken. Fetch it again or accept it before 2026-12-24 08:00.`,
  ambiguousCreate: {
    attempts: [{ attempt: 1, startedAt: '2026-12-01T08:00:00Z', reason: 'No answer.' }],
    duplicates: [],
  },
};
const FOLDER = '312345676/2026-12/5997761-a-reference-of-some-length-that-makes-a-long-folder';
const RESULT: JobResult = {
  flow: JOB.flow,
  organizationNumber: JOB.organizationNumber,
  reference: JOB.reference,
  startedAt: JOB.startedAt,
  signers: SIGNERS,
  steps: [],
  ...(JOB.ambiguousCreate !== undefined && { ambiguousCreate: JOB.ambiguousCreate }),
  signatureJobId: '5997761',
  outcome: 'SIGNED',
  endedAt: '2026-12-01T08:00:00.000Z',
  archive: {
    folder: FOLDER,
    archivedAt: '2026-12-01T08:00:00.000Z',
    documents: [
      { name: 'signed.pdf', sha256: SHA_256, size: 33_159, check: { result: 'INTACT', findings: [] } },
      { name: 'xades-1.xml', sha256: SHA_256, size: 6413, check: { result: 'INTACT', findings: [] } },
    ] as unknown as JobResult['archive']['documents'],
  },
};

const ENDED: EndedJob = { ...RESULT, status: 'ENDED', state: 'SIGNED' };

const screen = (lines: readonly string[], columns: number): readonly string[] =>
  lines.flatMap((line) => wrapLine(line, columns));

describe('lines on a terminal', () => {
  for (const columns of [80, 120]) {
    it(`fit ${columns} columns without breaking times, digests and paths`, () => {
      const lines = [
        ...screen(jobLines(JOB), columns),
        ...screen(resultLines({ result: RESULT, storageFolder: '/var/lib/signering' }), columns),
      ];
      const text = lines.join('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > columns && line.trim().includes(' ')),
        [],
      );
      assert.ok(
        lines.some((line) => line.includes(`/var/lib/signering/archive/${FOLDER}`)),
        text,
      );
      assert.equal(text.split(SHA_256).length, 4, text);
      assert.match(text, /2026-12-24 \d\d:\d\d\./u);
    });
  }

  it('align the states of signers', () => {
    const [, first = '', second = ''] = jobLines(JOB);
    assert.equal(first.indexOf('SIGNED'), second.indexOf('pending'));
  });

  it('break a message to standard error at blanks on a terminal, and nowhere else', () => {
    const message = `signering: The signing process of reference "doubt" has failed: Gave up after attempt 1. [CREATE_ABANDONED]\n`;
    const shown = errorText(message, { isTTY: true, columns: 80 });
    assert.ok(
      shown.split('\n').every((line) => line.length <= 80),
      shown,
    );
    assert.deepEqual(shown.split(/\s+/u), message.split(/\s+/u));
    assert.equal(errorText(message, { columns: 80 }), message);
  });

  it('count the columns of wide and combining characters', () => {
    const signers = ['漢字', 'e\u0301', 'CUSTOMER-1'].map((maskedIdentifier, index) => ({
      ...SIGNERS[1]!,
      signer: index + 1,
      maskedIdentifier,
    }));
    const lines = jobLines({ ...JOB, signers, waitingFor: [1, 2, 3] }).slice(1, 4);
    const columns = lines.map((line) => widthOf(line.slice(0, line.indexOf('pending'))));
    assert.deepEqual(new Set(columns).size, 1, lines.join('\n'));
    for (const line of wrapLine('漢字 '.repeat(30), 80)) assert.ok(widthOf(line) <= 80, line);
    assert.equal(widthOf('漢字'), 4);
  });

  it('do not break a command to copy', () => {
    const command = `npx signering redirect-url --signer 1 ${'r'.repeat(50)}`;
    assert.deepEqual(wrapLine(`For a new one, which invalidates the old: ${command}`, 80), [
      'For a new one, which invalidates the old:',
      `  ${command}`,
    ]);
  });

  it('report for an ended job that no second one was found, and for an open one that there may be one', () => {
    const ended = jobLines(ENDED).join('\n');
    assert.match(ended, /1 attempt to create the job had no answer; no second job was found\./u);
    assert.doesNotMatch(ended, /may have created/u);
    assert.match(
      jobLines(JOB).join('\n'),
      /! 1 attempt .*: the service may have created it more than once\./u,
    );
  });

  it('keep the order of the words, and never exceed the width of the terminal', () => {
    const word = fc.stringMatching(/^[a-zæøå0-9.,:…]{1,12}$/u);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.nat(6),
        fc.integer({ min: 24, max: 120 }),
        (words, indent, columns) => {
          const line = ' '.repeat(indent) + words.join(' ');
          const wrapped = wrapLine(line, columns);
          assert.ok(wrapped.every((one) => one.length <= columns));
          assert.deepEqual(wrapped.join(' ').trim().split(/\s+/u), words);
        },
      ),
    );
  });
});
