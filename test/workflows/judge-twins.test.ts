import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFinalJobStatus, JOB_STATUSES } from '@signering/schema';
import { judgeTwins, type TwinJob } from '@signering/workflows/internal/judge-twins.js';
import { seeded } from '../seed.js';

const recorded = (job: Partial<TwinJob> = {}): TwinJob => ({
  signatureJobId: 'recorded',
  recorded: true,
  status: 'IN_PROGRESS',
  signatures: 0,
  ...job,
});
const ghost = (job: Partial<TwinJob> = {}): TwinJob => ({
  ...recorded(),
  signatureJobId: 'ghost',
  recorded: false,
  ...job,
});

/** The survivor, whom to withdraw, and whether that is the end. */
function verdictOn(...jobs: readonly [TwinJob, ...TwinJob[]]): readonly [string, readonly string[], boolean] {
  const { survivor, withdraw, decided } = judgeTwins(jobs);
  return [survivor.signatureJobId, withdraw.map(({ signatureJobId }) => signatureJobId), decided];
}

const SIGNED = { status: 'COMPLETED_SUCCESSFULLY', signatures: 2 } as const;
const FAILED = { status: 'FAILED' } as const;

describe('of the jobs under one reference', () => {
  it('the only one survives, and its end decides', () => {
    assert.deepEqual(verdictOn(recorded()), ['recorded', [], false]);
    assert.deepEqual(verdictOn(recorded(SIGNED)), ['recorded', [], true]);
    assert.deepEqual(verdictOn(recorded(FAILED)), ['recorded', [], true]);
  });

  it('the one with more signatures survives while both are live, and a tie keeps the recorded one', () => {
    assert.deepEqual(verdictOn(recorded(), ghost()), ['recorded', ['ghost'], false]);
    assert.deepEqual(verdictOn(recorded({ signatures: 1 }), ghost({ signatures: 1 })), [
      'recorded',
      ['ghost'],
      false,
    ]);
    assert.deepEqual(verdictOn(recorded({ signatures: 1 }), ghost({ signatures: 2 })), [
      'ghost',
      ['recorded'],
      false,
    ]);
  });

  it('one signed by all wins whichever it is, but a ghost only when the recorded one is over', () => {
    assert.deepEqual(verdictOn(recorded(), ghost(SIGNED)), ['ghost', ['recorded'], false]);
    assert.deepEqual(verdictOn(recorded({ withdrawn: 'CANCELLED' }), ghost(SIGNED)), ['ghost', [], true]);
    assert.deepEqual(verdictOn(recorded({ withdrawn: 'TOO_LATE' }), ghost(SIGNED)), ['ghost', [], false]);
    assert.deepEqual(verdictOn(recorded(FAILED), ghost(SIGNED)), ['ghost', [], true]);
    assert.deepEqual(verdictOn(recorded(SIGNED), ghost()), ['recorded', ['ghost'], true]);
  });

  it('the recorded one is the outcome when both are signed by all', () => {
    assert.deepEqual(verdictOn(recorded(SIGNED), ghost(SIGNED)), ['recorded', [], true]);
    const late = { ...SIGNED, withdrawn: 'TOO_LATE' } as const;
    assert.deepEqual(verdictOn(recorded(late), ghost(SIGNED)), ['recorded', [], true]);
  });

  it('a ghost that was rejected does not end the recorded one', () => {
    assert.deepEqual(verdictOn(recorded(), ghost(FAILED)), ['recorded', [], false]);
  });

  it('the recorded one that people ended is the outcome, once the ghost cannot be signed by all', () => {
    assert.deepEqual(verdictOn(recorded(FAILED), ghost()), ['recorded', ['ghost'], false]);
    assert.deepEqual(verdictOn(recorded(FAILED), ghost({ withdrawn: 'CANCELLED' })), ['recorded', [], true]);
    assert.deepEqual(verdictOn(recorded(FAILED), ghost({ withdrawn: 'TOO_LATE' })), ['recorded', [], false]);
  });

  it('the recorded one that we withdrew is no outcome of people', () => {
    const withdrawn = recorded({ ...FAILED, withdrawn: 'CANCELLED' });
    assert.deepEqual(verdictOn(withdrawn, ghost({ signatures: 1 })), ['ghost', [], false]);
    assert.deepEqual(verdictOn(withdrawn, ghost({ ...FAILED, signatures: 1 })), ['ghost', [], true]);
  });

  it('never more than one is left to be signed, and nothing signed by all is passed over', () => {
    const job = fc.record({
      status: fc.constantFrom(...JOB_STATUSES),
      signatures: fc.nat(3),
      withdrawn: fc.constantFrom(undefined, 'CANCELLED' as const, 'TOO_LATE' as const),
    });
    const twin = (
      { withdrawn, ...rest }: typeof job extends fc.Arbitrary<infer T> ? T : never,
      id: number,
    ) => ({
      ...rest,
      signatureJobId: String(id),
      recorded: id === 0,
      ...(withdrawn !== undefined && { withdrawn }),
    });
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 4 }), (made) => {
        const jobs = made.map(twin) as unknown as [TwinJob, ...TwinJob[]];
        const { survivor, withdraw, decided } = judgeTwins(jobs);
        const left = jobs.filter(
          (one) => !isFinalJobStatus(one.status) && one.withdrawn === undefined && !withdraw.includes(one),
        );
        assert.ok(left.every((one) => one === survivor));
        if (jobs.some(({ status }) => status === 'COMPLETED_SUCCESSFULLY')) {
          assert.equal(survivor.status, 'COMPLETED_SUCCESSFULLY');
        }
        if (decided) assert.ok(isFinalJobStatus(survivor.status));
      }),
      seeded({}),
    );
  });
});
