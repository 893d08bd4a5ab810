import assert from 'node:assert/strict';
import fc from 'fast-check';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { isNationalIdentityNumber } from '@signering/schema';

describe('synthetic identity numbers', () => {
  it('have valid check digits and a month that no real person has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 99 }),
        (day, month, year) => {
          const number = syntheticIdentityNumber({ day, month, year });
          assert.ok(isNationalIdentityNumber(number));
          assert.equal(Number(number.slice(2, 4)), month + 80);
        },
      ),
    );
  });
});
