import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seeded } from '../../seed.js';
import { laterAnswer } from './later-answers.js';
import { MESSAGE_READERS } from './message-readers.js';
import { toXml } from './message-tree.js';
import { validDirectMessage } from './valid-direct-messages.js';
import { validPortalMessage } from './valid-portal-messages.js';

const RUNS = 1500;

/** A reader's result for a message; a valid message may still lack a required part, such as a URL's text. */
function readingOf(message: string, xml: string): { readonly read: unknown } | { readonly refused: unknown } {
  const [, read] = Object.entries(MESSAGE_READERS).find(([name]) => name === message) ?? assert.fail(message);
  try {
    return { read: read(xml) };
  } catch (error) {
    return { refused: (error as { readonly code?: unknown }).code };
  }
}

describe('the readers of messages', () => {
  for (const [flow, validMessage] of [
    ['portal', validPortalMessage],
    ['direct', validDirectMessage],
  ] as const) {
    it(`read the same from a ${flow} message in any XML spelling and with any additions`, () => {
      const both = validMessage.chain((tree) => fc.tuple(fc.constant(tree), laterAnswer(tree)));
      let readable = 0;
      fc.assert(
        fc.property(both, ([tree, later]) => {
          const plain = readingOf(tree.name, toXml(tree));
          assert.deepEqual(readingOf(tree.name, later), plain, later);
          if ('read' in plain) readable += 1;
        }),
        seeded({ numRuns: RUNS }),
      );
      assert.ok(readable > RUNS / 2, `${readable} of ${RUNS} could be read`);
    });
  }
});
