import assert from 'node:assert/strict';
import fc from 'fast-check';
import { validateMessage } from '../../../schema/xml/index.js';
import { slightlyBroken } from './broken-messages.js';
import { toXml } from './message-tree.js';
import { officialSchema } from './official-schema.js';
import { validMessage } from './valid-messages.js';

const RUNS = 4000;

function isValid(xml: string): boolean {
  try {
    validateMessage(xml);
    return true;
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'INVALID_MESSAGE');
    return false;
  }
}

describe('our schema and the published one', () => {
  it('take the same valid portal messages', function () {
    const official = officialSchema(this);
    const seed = Date.now() % 2 ** 31;
    console.log(`      seed ${seed}`);
    fc.assert(
      fc.property(validMessage, (tree) => {
        const xml = toXml(tree);
        assert.ok(official(xml));
        validateMessage(xml);
      }),
      { seed, numRuns: RUNS / 4 },
    );
  });

  it('agree on slightly broken portal messages', function () {
    const official = officialSchema(this);
    const seed = Date.now() % 2 ** 31;
    console.log(`      seed ${seed}`);
    const verdicts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(slightlyBroken(validMessage), (tree) => {
        const xml = toXml(tree);
        const ours = isValid(xml);
        verdicts[ours ? 'valid' : 'invalid'] += 1;
        assert.equal(ours, official(xml), xml);
      }),
      { seed, numRuns: RUNS },
    );
    // Agreement says little unless both verdicts are common.
    assert.ok(verdicts.valid > RUNS / 5 && verdicts.invalid > RUNS / 5, JSON.stringify(verdicts));
  });
});
