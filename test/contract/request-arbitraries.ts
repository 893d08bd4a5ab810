import fc from 'fast-check';
import { isNationalIdentityNumber } from '@signering/schema';
import { identityNumbersOf } from '../identity-numbers.js';

// Requests as callers write them, in JavaScript or JSON. Most parts are valid, so that many requests are valid and
// mistakes mostly occur alone.

/** Mostly a valid value, sometimes an invalid one. */
function mostly(right: readonly unknown[], wrong: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...right), weight: 40 },
    { arbitrary: fc.constantFrom(...wrong), weight: 1 },
  );
}

const [PIN = '', OTHER_PIN = ''] = identityNumbersOf({ day: 1, month: 81 }, 2);
const [D_NUMBER = ''] = identityNumbersOf({ day: 41, month: 1 }, 1);
const [OF_2032 = ''] = identityNumbersOf({ day: 2, month: 41, remainder: 2 }, 1);
/** The second-to-last digit is changed. */
const MISTYPED = `${PIN.slice(0, 9)}${(Number(PIN[9]) + 1) % 10}${PIN[10] ?? ''}`;
const NO_TYPE = [null, 7, {}, [], true];
const BLANKS = ['', ' ', '\u200E', '\t\n', '\u3164\u00AD', '\u2800'];
const NOT_IN_A_MESSAGE = ['a\u000Bb', 'a\u001Bb', '\uFFFE', '\uD800'];

const textOf = (longest: number, isOpen = false): fc.Arbitrary<unknown> =>
  mostly(
    ['Lease', 'Avtale æøå', '📄'.repeat(longest), `a\u200Eb`, 'e\u0301', ...(isOpen ? [] : [`of ${PIN}`])],
    [...BLANKS, ...NOT_IN_A_MESSAGE, ...NO_TYPE, '📄'.repeat(longest + 1), ...(isOpen ? [`of ${PIN}`] : [])],
  );

const identityNumber = mostly(
  [PIN, OTHER_PIN, D_NUMBER, OF_2032],
  [MISTYPED, '0'.repeat(11), PIN.slice(1), `${PIN} `, ...NO_TYPE],
);
const SIGNER_TERMS = {
  onBehalfOf: mostly(['SELF', 'OTHER'], ['self', ...NO_TYPE]),
  signatureType: mostly(
    ['ADVANCED_ELECTRONIC_SIGNATURE', 'AUTHENTICATED_ELECTRONIC_SIGNATURE'],
    ['ADVANCED'],
  ),
};

const portalSigner = fc.record(
  {
    personalIdentificationNumber: identityNumber,
    emailAddress: mostly(
      [
        'a@example.com',
        'A@EXAMPLE.COM',
        'kari@blåbær.no',
        'kari@xn--blbr-roah.no',
        "o'hara+1@mail.example.co.uk",
      ],
      [
        'a@b..com',
        'not an email',
        'a@b',
        'a b@example.com',
        '@example.com',
        'a@-b.no',
        'a.@b.no',
        'a@b.no\n',
        'a\u200B@b.no',
        ...NO_TYPE,
      ],
    ),
    mobileNumber: mostly(
      ['+4799999999', '99999999', '004799999999', '4799999999', '+4698765432'],
      ['+004799999999', '999 99 999', '9999999', '+', '9'.repeat(16), ...NO_TYPE],
    ),
    useContactRegister: mostly(['EMAIL', 'EMAIL_AND_SMS'], ['SMS', ...NO_TYPE]),
    order: mostly([0, 1, 9], [10, -1, 1.5, '1']),
    ...SIGNER_TERMS,
    emialAddress: fc.constant('a@example.com'),
  },
  { requiredKeys: [] },
);

/** Most signers have one way of contact; the others have random combinations. */
const reachableSigner = fc.oneof(
  {
    arbitrary: portalSigner.map(({ useContactRegister: _, emialAddress: __, ...signer }) => signer),
    weight: 40,
  },
  {
    arbitrary: identityNumber.map((personalIdentificationNumber) => ({
      personalIdentificationNumber,
      useContactRegister: 'EMAIL',
    })),
    weight: 12,
  },
  { arbitrary: portalSigner, weight: 1 },
  { arbitrary: fc.constantFrom<unknown>('a@example.com', null, []), weight: 1 },
);

const directSigner = fc.oneof(
  {
    arbitrary: fc.record(
      {
        signerIdentifier: fc.oneof(fc.constantFrom('A', 'B', 'C', 'D', 'å', 'a\u030A'), textOf(80, true)),
        ...SIGNER_TERMS,
      },
      { requiredKeys: ['signerIdentifier'] },
    ),
    weight: 6,
  },
  {
    arbitrary: fc
      .record(
        { personalIdentificationNumber: identityNumber, ...SIGNER_TERMS },
        { requiredKeys: ['personalIdentificationNumber'] },
      )
      .chain(nowAndThenMore),
    weight: 4,
  },
  {
    arbitrary: fc.record(
      { signerIdentifier: textOf(80, true), personalIdentificationNumber: identityNumber },
      { requiredKeys: [] },
    ),
    weight: 1,
  },
);

const documentOf = (content: Uint8Array) =>
  fc
    .record(
      {
        content: fc.constant(content),
        name: mostly(
          ['a.pdf', 'b.pdf', 'Avtale æ.pdf', 'x'.repeat(255)],
          ['a/b.pdf', `${PIN}.pdf`, 'a\u000B.pdf', '', 'x'.repeat(256)],
        ),
        title: fc.oneof(fc.constantFrom<unknown>('One', 'Two', 'Three', 'Four'), textOf(80)),
        mediaType: mostly(['application/pdf'], ['text/html', 'application/PDF', ...NO_TYPE]),
      },
      { requiredKeys: ['content'] },
    )
    .chain(nowAndThenMore);

/** Mostly a few items, sometimes none or too many. */
function someOf<T>(one: fc.Arbitrary<T>, most: number): fc.Arbitrary<readonly T[]> {
  return fc.oneof(
    { arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }), weight: 20 },
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.array(one, { minLength: most, maxLength: most + 1 }), weight: 1 },
  );
}

const parts = (content: Uint8Array) => ({
  reference: mostly(['Lease/2026 #1', 'å'], ['a\u030A', ' a', `of ${PIN}`, 'x'.repeat(51), '', ...NO_TYPE]),
  title: textOf(80),
  description: fc.oneof(textOf(220), fc.constantFrom<unknown>('', ' ')),
  documents: someOf(documentOf(content), 20),
  requiredAuthentication: mostly([3, 4], [2, '4', null]),
  identifierInSignedDocuments: mostly(
    ['DATE_OF_BIRTH_AND_NAME', 'DATE_OF_BIRTH_AND_NAME', 'NAME', 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME'],
    ['PIN', ...NO_TYPE],
  ),
  metadata: mostly(
    [{}, { caseNumber: '2026/17' }, { 'a.b_c-1': 'x'.repeat(200) }],
    [{ '1': 'x' }, { a: 1 }, { a: 'x'.repeat(201) }, { 'of 14838500073': 'x' }, ...NO_TYPE],
  ),
});

/** Requests of the portal flow. */
export const portalRequests = (content: Uint8Array, now: number) =>
  fc
    .record(
      {
        ...parts(content),
        nonsensitiveTitle: textOf(80, true),
        signers: someOf(reachableSigner, 10),
        availableSeconds: mostly([1, 60, 7_776_000], [0, 7_776_001, 1.5, '60', null]),
        activationTime: mostly(
          ['2026-03-01T09:00:00+01:00', '1970-01-01T00:00:00Z', new Date(now + 86_400_000).toISOString()],
          [
            '2026-03-01T09:00:00',
            '2026-02-30T09:00:00Z',
            '1969-12-31T23:59:59Z',
            new Date(now + 366 * 86_400_000).toISOString(),
            'soon',
            ...NO_TYPE,
          ],
        ),
        pollingQueue: textOf(100, true),
      },
      { requiredKeys: ['reference', 'title', 'documents', 'signers'] },
    )
    .chain(nowAndThenMore);

/** Requests of the direct flow. */
export const directRequests = (content: Uint8Array) => {
  const url = mostly(
    [
      'https://example.com/signed',
      'http://localhost:3000/x?y=1',
      `https://example.com/${'x'.repeat(480)}`,
      'HTTPS://example.com',
    ],
    [
      'example.com',
      'ftp://example.com',
      'https://a b',
      'https://example.com/a b',
      ' https://example.com',
      `https://example.com/${PIN}`,
      `https://example.com/${'x'.repeat(481)}`,
      ...NO_TYPE,
    ],
  );
  return fc
    .record(
      {
        ...parts(content),
        signers: someOf(directSigner, 10),
        exitUrls: fc.oneof(
          { arbitrary: fc.record({ completionUrl: url, rejectionUrl: url, errorUrl: url }), weight: 40 },
          {
            arbitrary: fc.record(
              { completionUrl: url, rejectionUrl: url, errorUrl: url, exitUrl: url },
              { requiredKeys: [] },
            ),
            weight: 1,
          },
          { arbitrary: fc.constantFrom<unknown>(...NO_TYPE), weight: 1 },
        ),
        pollingQueue: textOf(100, true),
      },
      { requiredKeys: ['reference', 'title', 'documents', 'signers', 'exitUrls'] },
    )
    .chain(nowAndThenMore)
    .map((request) =>
      'pollingQueue' in request ? { ...request, statusRetrievalMethod: 'POLLING' } : request,
    );
};

/** An unknown member makes its object invalid, so it is rare. */
function nowAndThenMore<T extends object>(parts: T): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(parts), weight: 40 },
    { arbitrary: fc.constant({ ...parts, colour: 'blue' }), weight: 1 },
  );
}

if (isNationalIdentityNumber(MISTYPED)) throw new Error('the mistyped number is right');
