import assert from 'node:assert/strict';
import {
  problemsOfDirectOrder,
  problemsOfPortalOrder,
  TEXT_RULES,
  whatIsWrongWithDocumentName,
  whatIsWrongWithEmailAddress,
  whatIsWrongWithMobileNumber,
  whatIsWrongWithText,
  type OrderRuleOptions,
} from '@signering/schema';
import { identityNumbersOf } from '../../identity-numbers.js';

const DOCUMENTS = [{ title: 'A' }];
type Notifications = { readonly emailAddress?: string; readonly mobileNumber?: string };

const signersNotified = (...notifications: readonly Notifications[]) =>
  problemsOfPortalOrder(
    { documents: DOCUMENTS, signers: notifications.map((one) => ({ notifications: one })) },
    {},
  );
const pathsOf = (problems: readonly { readonly path: string }[]) => problems.map(({ path }) => path);

describe('two signers of an order', () => {
  it('are one person if their phone numbers differ only in spelling', () => {
    const spellings = ['+4799999999', '99999999', '004799999999', '4799999999'];
    for (const one of spellings) {
      for (const other of spellings) {
        const problems = signersNotified({ mobileNumber: one }, { mobileNumber: other });
        assert.deepEqual(pathsOf(problems), ['signers[1]'], `${one} and ${other}`);
        assert.ok(!problems[0]?.message.includes('9999'), 'the number is not repeated');
      }
    }
    for (const other of ['+4699999999', '99999998', '+99999999', '004699999999']) {
      assert.deepEqual(signersNotified({ mobileNumber: '99999999' }, { mobileNumber: other }), [], other);
    }
  });

  it('are one person if their addresses differ only in spelling, as IDN or xn--', () => {
    const spellings = ['kari@blåbær.no', 'Kari@BLÅBÆR.no', 'kari@xn--blbr-roah.no', 'kari@bla\u030Abær.no'];
    for (const one of spellings) {
      for (const other of spellings) {
        const problems = signersNotified({ emailAddress: one }, { emailAddress: other });
        assert.deepEqual(pathsOf(problems), ['signers[1]'], `${one} and ${other}`);
      }
    }
    assert.deepEqual(signersNotified({ emailAddress: 'kari@a.no' }, { emailAddress: 'kari@b.no' }), []);
  });
});

describe('two documents of an order', () => {
  const problemsOf = (...titles: readonly string[]) =>
    problemsOfPortalOrder({ documents: titles.map((title) => ({ title })), signers: [] }, {});

  it('have visibly different titles', () => {
    for (const other of ['Lease', 'Lease ', ' Lease', 'Lea\u200Bse', '\u202ALease\u202C', 'Lease\u00AD']) {
      assert.deepEqual(pathsOf(problemsOf('Lease', other)), ['documents[1].title'], JSON.stringify(other));
    }
    assert.equal(problemsOf('A\u030A b', 'Å  b').length, 1);
    assert.deepEqual(problemsOf('Lease', 'lease', 'Lease 2', 'Leases'), []);
  });
});

describe('two direct signers of an order', () => {
  it('are one if their identifiers differ only in Unicode form', () => {
    const signers = ['å', 'a\u030A', 'a'].map((signerIdentifier) => ({ identifier: { signerIdentifier } }));
    assert.deepEqual(pathsOf(problemsOfDirectOrder({ documents: DOCUMENTS, signers }, {})), [
      'signers[1].identifier',
    ]);
  });
});

describe('a mobile number', () => {
  it('has 8 to 15 digits, with a country code after + or 00', () => {
    for (const number of ['99999999', '+4799999999', '004799999999', '4799999999', '+999999999999999']) {
      assert.equal(whatIsWrongWithMobileNumber(number), undefined, number);
    }
    for (const number of [
      '+004799999999',
      '+0999999999',
      '+47 999 99 999',
      '(+47)99999999',
      '9999999',
      '+',
      '',
    ]) {
      assert.match(whatIsWrongWithMobileNumber(number) ?? '', /^must be a mobile number/u, number);
    }
  });
});

describe('an email address', () => {
  it('is words with single dots, and a domain of at least two labels', () => {
    for (const address of [
      'kari@example.com',
      "o'hara+sign@mail.example.co.uk",
      'kåre@blåbær.no',
      'a_b-c.d@x1.no',
      `${'a'.repeat(64)}@example.com`,
    ]) {
      assert.equal(whatIsWrongWithEmailAddress(address), undefined, address);
    }
    for (const address of [
      'a@b..com',
      'a..b@c.com',
      '.a@c.com',
      'a.@c.com',
      'a@b',
      'a@.com',
      'a@b.com.',
      'a@-b.com',
      'a@b-.com',
      'a@127.0.0.1',
      'a@b@c.com',
      'a b@c.com',
      'not an email',
      'Kari <kari@example.com>',
      'kari@example.com\nbcc: ola@example.com',
      'ka\u200Bri@example.com',
      '\u202Ekari@example.com',
      'ka\u00ADri@example.com',
      `${'a'.repeat(65)}@example.com`,
      `a@${'b'.repeat(64)}.com`,
      `a@${'b.'.repeat(130)}com`,
      '',
    ]) {
      const message = whatIsWrongWithEmailAddress(address);
      assert.match(message ?? '', /must/u, address);
      assert.ok(address === '' || !message?.includes(address), 'the address is not repeated');
    }
  });
});

describe("a signer's identity number", () => {
  const problemsOf = (number: string, options: OrderRuleOptions = {}) =>
    problemsOfPortalOrder(
      {
        documents: DOCUMENTS,
        signers: [{ personalIdentificationNumber: number, notifications: { emailAddress: 'a@example.com' } }],
      },
      options,
    );

  for (const [kind, day, month] of [
    ['of a person', 7, 5],
    ['of a D-number', 47, 5],
    ['of a synthetic person, + 40', 7, 45],
    ['of a synthetic person, + 80', 7, 85],
    ['of a synthetic D-number', 47, 85],
  ] as const) {
    it(`${kind} has valid check digits by the current rule or the rule of 2032`, () => {
      for (const remainder of [0, 1, 2, 3]) {
        const numbers = identityNumbersOf({ day, month, remainder }, 5);
        assert.equal(numbers.length, 5);
        for (const number of numbers) {
          assert.deepEqual(problemsOf(number), [], `remainder ${remainder}`);
          const mistyped = `${number.slice(0, 10)}${(Number(number[10]) + 1) % 10}`;
          const [problem, ...others] = problemsOf(mistyped);
          assert.deepEqual([problem?.path, others], ['signers[0].personalIdentificationNumber', []]);
          assert.match(problem?.message ?? '', /check digits.*SIGNERING_IDENTITY_NUMBER_CHECK=off/u);
          assert.doesNotMatch(problem?.message ?? '', /[0-9]{6}/u);
          assert.deepEqual(problemsOf(mistyped, { identityNumberCheck: 'off' }), []);
        }
      }
    });
  }

  it('begins with a date', () => {
    assert.equal(problemsOf('0'.repeat(11)).length, 1);
    // Impossible days, as in numbers that hospitals assign.
    for (const day of [81, 87, 99]) {
      const [number] = identityNumbersOf({ day, month: 5 }, 1);
      assert.equal(problemsOf(number!).length, 1, `${day}`);
    }
  });
});

describe('a text that others see', () => {
  it('has a visible character', () => {
    for (const text of ['', ' ', '\u200E', '\u200B\u2060', '\u3164', '\u2800\u00A0', '\u00AD', '\t\n']) {
      assert.match(whatIsWrongWithText(text, TEXT_RULES.title) ?? '', /blank|1 to 80/u);
      assert.notEqual(whatIsWrongWithDocumentName(text), undefined);
    }
    for (const text of ['.', 'a\u200Eb', '📄', '\u0061\u030A', 'שלום', '契約']) {
      assert.equal(whatIsWrongWithText(text, TEXT_RULES.title), undefined, text);
    }
    assert.equal(whatIsWrongWithText(' ', TEXT_RULES.description), undefined);
  });
});
