import assert from 'node:assert/strict';
import { maskPayload } from '@signering/codec-server/internal/mask-payload.js';
import { identityNumbersOf } from '../identity-numbers.js';
import { processorMs } from '../processor-time.js';

const [SYNTHETIC = ''] = identityNumbersOf({ day: 14, month: 83 }, 1);
const [D_NUMBER = ''] = identityNumbersOf({ day: 54, month: 3 }, 1);
const [FROM_2032 = ''] = identityNumbersOf({ day: 14, month: 43, remainder: 2 }, 1);
const MISTYPED = '12345678901';

function payloadOf(text: string, encoding = 'json/plain') {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) };
}

function maskedValue(value: unknown): unknown {
  return JSON.parse(Buffer.from(maskPayload(payloadOf(JSON.stringify(value))).data ?? []).toString('utf8'));
}

/** What goes in, and what the role MASKED sees. */
const TABLE: readonly (readonly [string, unknown, unknown])[] = [
  [
    "a signer's members",
    {
      personalIdentificationNumber: SYNTHETIC,
      notifications: { emailAddress: 'kari@example.com', mobileNumber: '+4790000123' },
    },
    {
      personalIdentificationNumber: '14*********',
      notifications: { emailAddress: 'k***@example.com', mobileNumber: '***123' },
    },
  ],
  [
    'an identity number with wrong check digits, by its member',
    [{ personalIdentificationNumber: MISTYPED }],
    [{ personalIdentificationNumber: '12*********' }],
  ],
  [
    'an address that is mistyped',
    [
      'kari.nordmann',
      '@kari.nordmann',
      'kari@example.com\n',
      '\nkari@example.com',
      'kari@example.com; ola.nordmann',
      'kari@example.com\r\nola@example.com',
      '😀kari@example.com',
    ].map((emailAddress) => ({ emailAddress })),
    ['***', '***', '***', '***', '***', 'k***@example.com', '😀***@example.com'].map((emailAddress) => ({
      emailAddress,
    })),
  ],
  ['a number in the place of a text', { mobileNumber: 90000123 }, { mobileNumber: '***' }],
  ['an absent address', { emailAddress: null }, { emailAddress: null }],
  ['a synthetic number in a text', `Signer ${SYNTHETIC} has signed`, 'Signer 14********* has signed'],
  ['a D-number after a line break', `id\n${D_NUMBER}`, 'id\n54*********'],
  ['a number of the rule from 2032', { title: FROM_2032 }, { title: '14*********' }],
  ['a number in two groups', `${SYNTHETIC.slice(0, 6)} ${SYNTHETIC.slice(6)}, signed`, '14*********, signed'],
  [
    'a number in two groups with a no-break space',
    `${SYNTHETIC.slice(0, 6)}\u00A0${SYNTHETIC.slice(6)}, signed`,
    '14*********, signed',
  ],
  ['a JSON number', { reported: Number(SYNTHETIC) }, { reported: '14*********' }],
  ['the name of a member', { [SYNTHETIC]: 1 }, { '14*********': 1 }],
  [
    'what lets a reader act as a signer',
    {
      redirects: [{ signer: 1, redirectUrl: 'https://signering.example/redirect/secret' }],
      statusQueryToken: 'secret',
      exitUrls: { completionUrl: 'https://example.com/done?reference=a&exit_proof=secret#top' },
      visited: 'https://example.com/done?status_query_token=secret&reference=a',
    },
    {
      redirects: [{ signer: 1, redirectUrl: '***' }],
      statusQueryToken: '***',
      exitUrls: { completionUrl: 'https://example.com/done?reference=a&exit_proof=***#top' },
      visited: 'https://example.com/done?status_query_token=***&reference=a',
    },
  ],
  ['an address in a text', 'Notified kari.nordmann@example.com.', 'Notified k***@example.com.'],
  [
    'every address that a signer may have, in a text',
    [
      'Notified andre\u0301@example.com.',
      "to=o'brien@example.com",
      '(kari!@example.com)',
      '<kari&co@example.com>',
      'kari@bla\u030Aba\u0308r.no',
    ],
    [
      'Notified a***@example.com.',
      't***@example.com',
      '(k***@example.com)',
      '<k***@example.com>',
      'k***@bla\u030Aba\u0308r.no',
    ],
  ],
  [
    'what is not personal',
    {
      organizationNumber: '312345676',
      title: 'Contract',
      signers: 3,
      sha256: 'ab'.repeat(32),
      archived: true,
    },
    {
      organizationNumber: '312345676',
      title: 'Contract',
      signers: 3,
      sha256: 'ab'.repeat(32),
      archived: true,
    },
  ],
  ['__proto__ as a member', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
];

describe('the role MASKED', () => {
  for (const [what, value, seen] of TABLE) {
    it(`sees ${what} masked as far as it is personal`, () => assert.deepEqual(maskedValue(value), seen));
  }

  it('sees nothing of a payload that is not JSON', () => {
    for (const payload of [payloadOf(SYNTHETIC, 'binary/plain'), payloadOf(`{"a":${SYNTHETIC}`)]) {
      const { metadata, data } = maskPayload(payload);
      assert.equal(Buffer.from(metadata?.['encoding'] ?? []).toString(), 'json/plain');
      assert.match(Buffer.from(data ?? []).toString(), /^"This payload is not JSON/u);
    }
  });

  it('sees that a payload is empty', () => {
    const empty = payloadOf('', 'binary/null');
    assert.equal(maskPayload(empty), empty);
  });

  it('masks hostile text in a time that grows with its length, not with the square of it', () => {
    const timeOf = (length: number): number => {
      const text = `${'a.'.repeat(length / 2)}@`;
      const times = Array.from({ length: 3 }, () => {
        const start = processorMs();
        assert.equal(typeof maskedValue(text), 'string');
        return processorMs() - start;
      });
      return Math.min(...times);
    };
    const [quarter, whole] = [timeOf(250_000), timeOf(1_000_000)];
    // Four times as long: the square would be sixteen times as much.
    assert.ok(whole < 9 * quarter + 20, `${quarter} ms and ${whole} ms of processor time`);
  });
});
