import assert from 'node:assert/strict';
import fc from 'fast-check';
import { validateMessage } from '@signering/schema/xml';
import { referencePath } from '../../reference-material.js';
import { seeded } from '../../seed.js';
import { BREAKAGE_KINDS } from './breakages.js';
import { slightlyBroken } from './broken-messages.js';
import { toXml } from './message-tree.js';
import { officialSchema } from './official-schema.js';
import { OUR_VOCABULARY, vocabularyIn } from './schema-vocabulary.js';
import { validDirectMessage } from './valid-direct-messages.js';
import { validPortalMessage } from './valid-portal-messages.js';

/** Number of messages per flow: more than 20 000 in total. */
const BROKEN = 10_500;
const VALID = 1500;
/** Longer messages are rejected unread. */
const LONGEST = 262_144;

function isValid(xml: string): boolean {
  try {
    validateMessage(xml);
    return true;
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'INVALID_MESSAGE');
    return false;
  }
}

/** Counts each word. */
class Tally {
  readonly #counts = new Map<string, number>();
  count(...words: readonly string[]): void {
    for (const word of words) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }
  get size(): number {
    return this.#counts.size;
  }
  get rarest(): number {
    return Math.min(...this.#counts.values());
  }
  toString(): string {
    return [...this.#counts].map(([word, count]) => `${word} ${count}`).join(', ');
  }
}

describe('our schema and the published one', () => {
  it('declare the same elements, attributes and types', function () {
    const { groups: _, ...published } = vocabularyIn(referencePath(this, 'posten-api-specification', 'xsd'));
    const { groups: __, ...ours } = OUR_VOCABULARY;
    assert.deepEqual(ours, published);
  });

  for (const [flow, validMessage, messages] of [
    ['portal', validPortalMessage, 5],
    ['direct', validDirectMessage, 6],
  ] as const) {
    it(`accept the same valid ${flow} messages`, function () {
      const official = officialSchema(this);
      fc.assert(
        fc.property(validMessage, (tree) => {
          const xml = toXml(tree);
          assert.ok(official(xml));
          validateMessage(xml);
        }),
        seeded({ numRuns: VALID }),
      );
    });

    it(`agree on slightly broken ${flow} messages`, function () {
      const official = officialSchema(this);
      const verdicts = { valid: new Tally(), invalid: new Tally() };
      const kinds = new Tally();
      fc.assert(
        fc.property(slightlyBroken(validMessage), ({ tree, message, kinds: broken }) => {
          const xml = toXml(tree);
          // Three repetitions inside each other exceed our limit, which the official schema does not have.
          fc.pre(xml.length <= LONGEST);
          const ours = isValid(xml);
          verdicts[ours ? 'valid' : 'invalid'].count(message);
          kinds.count(...broken);
          assert.equal(ours, official(xml), xml);
        }),
        seeded({ numRuns: BROKEN }),
      );
      // Agreement is meaningful only if both verdicts are common, for every message and every kind of change.
      for (const verdict of [verdicts.valid, verdicts.invalid]) {
        assert.ok(verdict.size === messages && verdict.rarest > 100, verdict.toString());
      }
      assert.ok(kinds.size === BREAKAGE_KINDS && kinds.rarest > BROKEN / 50, kinds.toString());
    });
  }
});
