import assert from 'node:assert/strict';
import fc from 'fast-check';
import { validateMessage } from '../../../schema/xml/index.js';
import { seeded } from '../../seed.js';
import { slightlyBroken } from './broken-messages.js';
import { toXml } from './message-tree.js';
import { officialSchema } from './official-schema.js';
import { validDirectMessage } from './valid-direct-messages.js';
import { validPortalMessage } from './valid-portal-messages.js';

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
  for (const [flow, validMessage] of [
    ['portal', validPortalMessage],
    ['direct', validDirectMessage],
  ] as const) {
    it(`take the same valid ${flow} messages`, function () {
      const official = officialSchema(this);
      fc.assert(
        fc.property(validMessage, (tree) => {
          const xml = toXml(tree);
          assert.ok(official(xml));
          validateMessage(xml);
        }),
        seeded({ numRuns: RUNS / 4 }),
      );
    });

    it(`agree on slightly broken ${flow} messages`, function () {
      const official = officialSchema(this);
      const verdicts = { valid: 0, invalid: 0 };
      fc.assert(
        fc.property(slightlyBroken(validMessage), (tree) => {
          const xml = toXml(tree);
          const ours = isValid(xml);
          verdicts[ours ? 'valid' : 'invalid'] += 1;
          assert.equal(ours, official(xml), xml);
        }),
        seeded({ numRuns: RUNS }),
      );
      // Agreement says little unless both verdicts are common.
      assert.ok(verdicts.valid > RUNS / 5 && verdicts.invalid > RUNS / 5, JSON.stringify(verdicts));
    });
  }
});
