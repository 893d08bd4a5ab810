import assert from 'node:assert/strict';
import { RefillingBudget } from '@signering/contract';

const HOUR_MS = 60 * 60_000;

describe('a budget that refills', () => {
  const taken = (budget: RefillingBudget, now: number): number => {
    let count = 0;
    while (budget.take(now)) count += 1;
    return count;
  };

  it('grants its capacity at once, then one unit per interval', () => {
    const budget = new RefillingBudget({ capacity: 3, refillMs: HOUR_MS });
    const start = Date.UTC(2026, 0, 1);
    assert.equal(taken(budget, start), 3);
    assert.equal(budget.waitMs(start + 1), HOUR_MS - 1);
    assert.equal(taken(budget, start + HOUR_MS - 1), 0);
    assert.equal(taken(budget, start + HOUR_MS), 1);
    assert.equal(taken(budget, start + 2.5 * HOUR_MS), 1);
    assert.equal(budget.waitMs(start + 2.5 * HOUR_MS), 0.5 * HOUR_MS);
    assert.equal(taken(budget, start + 100 * HOUR_MS), 3);
  });

  it('accepts returned units, and never exceeds its capacity', () => {
    const budget = new RefillingBudget({ capacity: 2, refillMs: HOUR_MS });
    budget.giveBack();
    assert.equal(taken(budget, 0), 2);
    budget.giveBack();
    assert.equal(taken(budget, 0), 1);
  });

  it('grants no extra units when the clock is set back', () => {
    const budget = new RefillingBudget({ capacity: 1, refillMs: HOUR_MS });
    assert.equal(taken(budget, 10 * HOUR_MS), 1);
    assert.equal(taken(budget, 5 * HOUR_MS), 0);
    assert.equal(taken(budget, 11 * HOUR_MS), 1);
  });
});
