import assert from 'node:assert/strict';
import { SIGNING_STATES, explainJob, type ExplainedJob, type SignerProgress } from '@signering/contract';
import { KNOWN_SIGNER_STATUSES } from '@signering/schema';

const SIGNED_AT = '2026-12-20T09:30:00.000Z';

function signer(number: number, status: SignerProgress['status'], since?: string): SignerProgress {
  const maskedIdentifier = 'k…@example.com';
  return { signer: number, maskedIdentifier, order: number, status, ...(since !== undefined && { since }) };
}

describe('why a job waits, in one sentence', () => {
  const job: ExplainedJob = {
    state: 'WAITING_FOR_SIGNERS',
    deadline: '2027-01-14T12:00:00.000Z',
    signers: [signer(1, 'SIGNED', SIGNED_AT), signer(2, 'WAITING'), signer(3, 'WAITING')],
    waitingFor: [2],
  };

  const sentences: readonly [string, ExplainedJob, string][] = [
    [
      'names the signer, the deadline and what others have done',
      job,
      'Waits for signer 2 of 3 until 2027-01-14 12:00 UTC; signer 1 signed 2026-12-20 09:30 UTC.',
    ],
    [
      'names several signers',
      { ...job, waitingFor: [2, 3] },
      'Waits for signers 2 and 3 of 3 until 2027-01-14 12:00 UTC; signer 1 signed 2026-12-20 09:30 UTC.',
    ],
    [
      'counts many signers',
      {
        ...job,
        signers: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) =>
          signer(number, number < 6 ? 'SIGNED' : 'WAITING'),
        ),
        waitingFor: [6, 7, 8, 9],
      },
      'Waits for 4 signers of 9 until 2027-01-14 12:00 UTC; 5 signers: signed.',
    ],
    [
      'names the one signer of a job without counting',
      { ...job, signers: [signer(1, 'WAITING')], waitingFor: [1] },
      'Waits for signer 1 until 2027-01-14 12:00 UTC.',
    ],
    [
      'shows what an operator must decide before everything else',
      { ...job, state: 'ARCHIVE_BROKEN', needsOperator: 'signed.pdf is no PDF.' },
      'Waits for an operator: signed.pdf is no PDF.',
    ],
    [
      'says who rejected',
      { state: 'REJECTED', signers: [signer(1, 'REJECTED', SIGNED_AT), signer(2, 'NOT_APPLICABLE')] },
      'Rejected; signer 1 rejected 2026-12-20 09:30 UTC, signer 2 is no longer asked.',
    ],
    [
      'shows a word of a later version',
      { state: 'UNKNOWN', stateText: 'PAUSED' },
      'PAUSED (a word of a later version).',
    ],
  ];
  for (const [name, explained, sentence] of sentences) {
    it(name, () => assert.equal(explainJob(explained), sentence));
  }

  it('writes moments as the caller wants', () => {
    assert.match(
      explainJob(job, (moment) => moment.slice(0, 10)),
      /until 2027-01-14; signer 1 signed 2026-12-20\.$/u,
    );
  });

  it('has words for every state and every status, without personal data', () => {
    for (const state of SIGNING_STATES) {
      for (const status of KNOWN_SIGNER_STATUSES) {
        const sentence = explainJob({
          ...job,
          state,
          signers: [signer(1, status, SIGNED_AT)],
          waitingFor: [],
        });
        assert.match(sentence, /^[A-Z][^\n]+\.$/u);
        assert.doesNotMatch(sentence, /example\.com|[A-Z]{3,}_|undefined/u, `${state} ${status}`);
      }
    }
  });
});
