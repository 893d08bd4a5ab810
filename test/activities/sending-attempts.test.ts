import assert from 'node:assert/strict';
import {
  ambiguousAttemptsOf,
  beginAttempt,
  doubtVanishedAttempt,
  endAttempt,
  endUnrecorded,
  nextAttemptOf,
  numberOfLastAttempt,
  type AttemptEnd,
} from '@signering/activities/internal/sending-attempts.js';
import { openFileStorage, type LedgerEntry, type Storage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { ORGANIZATION } from './signing-input.js';

const CREATED_AT = '2026-11-22T10:00:00.000Z';

describe('the attempts to create a job, in the ledger', () => {
  let storage: Storage;
  before(async () => {
    storage = await openFileStorage({ root: freshFolder('attempts'), create: true });
  });

  const claim = (reference: string): Promise<LedgerEntry> =>
    storage.ledger.claim({
      organizationNumber: ORGANIZATION,
      reference,
      flow: 'PORTAL',
      contentDigest: 'c'.repeat(64),
      ...CLAIMED_INPUT,
    });

  const begin = (entry: LedgerEntry): Promise<LedgerEntry> =>
    beginAttempt(storage.ledger, entry, nextAttemptOf(entry));
  const endLast = (entry: LedgerEntry, end: AttemptEnd): Promise<LedgerEntry> =>
    endAttempt(storage.ledger, entry, { attempt: numberOfLastAttempt(entry), end });

  it('are numbered on, and refused ones are dropped by the next one', async () => {
    let entry = await begin(await claim('numbered'));
    entry = await endLast(entry, { outcome: 'AMBIGUOUS', reason: 'no answer' });
    entry = await begin(entry);
    entry = await endLast(entry, { outcome: 'REFUSED', reason: 'no' });
    entry = await begin(entry);
    assert.deepEqual(
      entry.attempts.map(({ attempt, outcome }) => [attempt, outcome]),
      [
        [1, 'AMBIGUOUS'],
        [3, undefined],
      ],
    );
    assert.equal(numberOfLastAttempt(entry), 3);
    assert.deepEqual(
      ambiguousAttemptsOf(entry).map(({ attempt, reason }) => [attempt, reason]),
      [[1, 'no answer']],
    );
  });

  it('marks an attempt without an outcome AMBIGUOUS, once', async () => {
    const { ledger } = storage;
    const entry = await begin(await claim('vanished'));
    const doubted = await doubtVanishedAttempt(ledger, entry);
    assert.equal(doubted.attempts.at(-1)?.outcome, 'AMBIGUOUS');
    assert.equal(await doubtVanishedAttempt(ledger, doubted), doubted);
    const untouched = await claim('untouched');
    assert.equal(await doubtVanishedAttempt(ledger, untouched), untouched);
  });

  it('records a late answer over the doubt, and keeps the job that was recorded first', async () => {
    const { ledger } = storage;
    const sent = await begin(await claim('late'));
    await doubtVanishedAttempt(ledger, sent);
    const late = await endLast(sent, {
      outcome: 'CREATED',
      created: { signatureJobId: '1', createdAt: CREATED_AT },
    });
    assert.deepEqual([late.created?.signatureJobId, late.attempts.at(-1)?.outcome], ['1', 'CREATED']);
    const second = await endLast(sent, {
      outcome: 'CREATED',
      created: { signatureJobId: '2', createdAt: CREATED_AT },
    });
    assert.equal(second.created?.signatureJobId, '1');
    assert.match(ambiguousAttemptsOf(second)[0]?.reason ?? '', /made job 2 as well/u);
  });

  it('marks a vanished attempt AMBIGUOUS also when an earlier one has the job: it may have made a second job', async () => {
    const { ledger } = storage;
    const first = await begin(await claim('second-vanished'));
    await begin(await doubtVanishedAttempt(ledger, first));
    const late = await endLast(first, {
      outcome: 'CREATED',
      created: { signatureJobId: '1', createdAt: CREATED_AT },
    });
    const doubted = await doubtVanishedAttempt(ledger, late);
    assert.deepEqual(
      doubted.attempts.map(({ outcome }) => outcome),
      ['CREATED', 'AMBIGUOUS'],
    );
    assert.equal(doubted.created?.signatureJobId, '1');
  });

  it('end as it was passed on: once, over doubt, and only where they are the attempt that began', async () => {
    const { ledger } = storage;
    const claimed = await claim('passed-on');
    const attempt = nextAttemptOf(claimed);
    const created = { signatureJobId: '1', createdAt: CREATED_AT };
    const answered = { ...attempt, end: { outcome: 'CREATED', created } as const };
    const begun = await beginAttempt(ledger, claimed, attempt);
    const refused = { ...attempt, end: { outcome: 'REFUSED', reason: 'no' } as const };
    const other = { ...refused, startedAt: CREATED_AT };
    assert.equal(await endUnrecorded(ledger, begun, other), begun);
    const ended = await endUnrecorded(ledger, await doubtVanishedAttempt(ledger, begun), answered);
    assert.deepEqual([ended.created?.signatureJobId, ambiguousAttemptsOf(ended)], ['1', []]);
    assert.equal(await endUnrecorded(ledger, ended, answered), ended);
    assert.equal(await endUnrecorded(ledger, ended, refused), ended);
    const restored = await endUnrecorded(ledger, await claim('restored'), answered);
    assert.deepEqual([restored.created, restored.attempts.length], [created, 1]);
  });

  it('may have created a job, where a later version recorded an outcome that this one does not know', async () => {
    const { ledger } = storage;
    const attempts = [{ attempt: 1, startedAt: CREATED_AT, outcome: 'POSTPONED' }];
    const entry = await ledger.advance(await claim('later'), { attempts });
    assert.equal(await doubtVanishedAttempt(ledger, entry), entry);
    assert.deepEqual(ambiguousAttemptsOf(entry), [
      { attempt: 1, startedAt: CREATED_AT, reason: 'a later version recorded POSTPONED' },
    ]);
  });
});
