import assert from 'node:assert/strict';
import { PROBLEM_REASONS } from '@signering/schema';
import { EMPTY_DRAFT, EMPTY_SIGNER } from '@signering/sender-portal/internal/drafts/draft-content.js';
import { moveOf, withSignersForm } from '@signering/sender-portal/internal/drafts/draft-forms.js';
import { fieldProblemsOf } from '@signering/sender-portal/internal/drafts/draft-problems.js';
import {
  looksPersonal,
  planNotifications,
} from '@signering/sender-portal/internal/drafts/notification-plan.js';
import { LANGUAGES, TEXTS } from '@signering/sender-portal/internal/texts/index.js';

/** Where the client finds mistakes that are not in one document. */
const PATHS: Readonly<Record<string, string>> = {
  NO_DOCUMENTS: 'documents',
  TOO_MANY_DOCUMENTS: 'documents',
  DOCUMENTS_TOO_LARGE: 'documents',
  SAME_TITLE: 'documents[0].title',
  SAME_SIGNER: 'signers[0]',
  SAME_REFERENCE: 'reference',
  REFERENCE_TAKEN: 'reference',
  ALREADY_SENT: 'reference',
  CELL_EMPTY: 'signers[0]',
  TOO_MANY_ROWS: 'rows',
};

/** The keys of a catalogue, those of its groups too. */
function keysOf(texts: object): readonly string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? keysOf(value as object).map((inner) => `${key}.${inner}`)
      : [key],
  );
}

describe('the texts of the sender portal', () => {
  for (const language of ['nn', 'en'] as const) {
    it(`has every text in ${language}, and none is empty`, () => {
      assert.deepEqual([...keysOf(TEXTS[language])].sort(), [...keysOf(TEXTS.nb)].sort());
      assert.ok(!JSON.stringify(TEXTS[language]).includes('""'));
    });
  }
});

describe('the mistakes of a draft', () => {
  const content = { ...EMPTY_DRAFT, ownReference: 'own-1' };
  const draft = { content, documents: [{ id: '1', title: 'Lease' }], now: new Date() };
  for (const language of LANGUAGES) {
    it(`have a text in ${language} for each reason, and nothing in the words of the client`, () => {
      const texts = PROBLEM_REASONS.map((reason) => {
        const path = PATHS[reason] ?? 'documents[0]';
        const [found] = fieldProblemsOf(
          [{ path, message: 'words of the client', reason }],
          draft,
          TEXTS[language],
        );
        assert.ok(found !== undefined && !('detail' in found), reason);
        return found.text;
      });
      assert.equal(new Set(texts).size, PROBLEM_REASONS.length, 'no two reasons have the same text');
    });
  }

  it('stand in the order of the steps', () => {
    const paths = ['title', 'signers[0].emailAddress', 'documents', 'availableSeconds'];
    const problems = paths.map((path) => ({ path, message: 'words of the client' }));
    const late = { ...draft, content: { ...content, sendAt: '2000-01-01T09:00' } };
    const steps = fieldProblemsOf(problems, late, TEXTS.en).map(({ step }) => step);
    assert.deepEqual(steps, ['documents', 'documents', 'signers', 'information', 'information']);
  });

  it('name the signer or the document, since their summary stands apart from the fields', () => {
    const found = fieldProblemsOf(
      ['documents[0].title', 'signers[1]', 'signers[2].emailAddress', 'title'].map((path) => ({
        path,
        message: 'words of the client',
      })),
      draft,
      TEXTS.en,
    );
    assert.deepEqual(
      found.map(({ owner }) => owner),
      ['Lease', 'Signer 2', 'Signer 3', undefined],
    );
  });
});

describe('the notifications that the summary announces', () => {
  const both = { emailAddress: 'kari@example.com', mobileNumber: '91234567' };
  for (const [days, reminders] of [
    [30, [5, 2]],
    [7, [3, 2]],
    [5, [2, 1]],
    [3, [1, 1]],
    [1, [undefined]],
  ] as const) {
    it(`are planned for ${days} days by email, the last one by SMS`, () => {
      const planned = planNotifications(both, days);
      assert.deepEqual(planned[0], { channel: 'EMAIL' });
      assert.equal(planned.at(-1)?.channel, 'SMS');
      assert.deepEqual(
        planned.slice(1).map(({ daysBeforeDeadline }) => daysBeforeDeadline),
        reminders,
      );
    });
  }
});

describe('a text that is shown without a log-in', () => {
  for (const text of [
    'Call 912 34 567',
    'kari@example.com',
    '010170 12345',
    '1234.56.78901',
    '12345678901234',
    '912-34-567',
    '912.34.567 at 27.11.2026 09.00',
    '01.01.70 12345',
  ]) {
    it(`is warned of: ${text}`, () => assert.ok(looksPersonal(text)));
  }
  for (const text of [
    'Lease of 2026-11-27',
    'Møte 27.11.2026 09.00',
    '2026-11-27 09:00 to 2026-11-28 10:00',
    'Storgata 17, 3. floor',
    'Case 2026/1234',
    '',
  ]) {
    it(`is not warned of: ${text}`, () => assert.ok(!looksPersonal(text)));
  }
});

describe('signers of a draft', () => {
  const signers = ['a', 'b', 'c'].map((emailAddress) => ({ ...EMPTY_SIGNER, emailAddress }));
  const own = { emailAddress: 'me@example.com' };
  for (const [action, expected] of [
    ['up:1', 'bac'],
    ['down:1', 'acb'],
    ['move:0:2', 'bca'],
    ['move:2:0', 'cab'],
    ['move:0:9', 'abc'],
    ['move:x:1', 'abc'],
    ['move::1', 'abc'],
    ['move:1:1', 'abc'],
    ['up:0', 'abc'],
    ['down:2', 'abc'],
    ['up:3', 'abc'],
    ['remove:1', 'ac'],
  ] as const) {
    it(`are ${expected} after ${action}`, () => {
      const draft = withSignersForm({ ...EMPTY_DRAFT, signers }, { action }, own);
      assert.equal(draft.signers.map(({ emailAddress }) => emailAddress).join(''), expected);
      const isMoved = !action.startsWith('remove') && expected !== 'abc';
      assert.equal(moveOf(action, signers.length) !== undefined, isMoved);
    });
  }
});
