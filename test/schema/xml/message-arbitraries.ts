import fc from 'fast-check';
import { element, type MessageTree } from './message-tree.js';

export type Trees = fc.Arbitrary<readonly MessageTree[]>;

export const one = (tree: fc.Arbitrary<MessageTree>): Trees => tree.map((only) => [only]);
export const maybe = (tree: fc.Arbitrary<MessageTree>): Trees =>
  fc.option(tree).map((only) => (only ? [only] : []));
export const sequence = (...parts: readonly Trees[]): Trees =>
  fc.tuple(...parts).map((trees) => trees.flat());
export const withContent = (
  name: string,
  content: Trees,
  attributes = fc.constant({}),
): fc.Arbitrary<MessageTree> =>
  fc.tuple(content, attributes).map(([children, given]) => element(name, children, given));
export const withText = (name: string, text: fc.Arbitrary<string>): fc.Arbitrary<MessageTree> =>
  text.map((value) => element(name, [value]));
export const empty = (name: string): fc.Arbitrary<MessageTree> => fc.constant(element(name));

export const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', ' ', 'ø', '&', '<', '😀', '\n'), minLength, maxLength });
export const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: length, maxLength: length });
export const url = text(0, 60);
export const time = fc.constantFrom(
  '2030-01-01T00:00:00',
  '2030-01-01T00:00:00.1234567+01:00',
  '2030-01-31T23:59:59Z',
);

export const reference = maybe(withText('reference', text(0, 50)));
export const jobId = one(withText('signature-job-id', fc.constantFrom('1', ' 7 ', '-9223372036854775808')));
export const pin = withText('personal-identification-number', digits(11));

export const entry = fc.record({ href: text(4, 100), mime: text(1, 100) });

export const many = (tree: fc.Arbitrary<MessageTree>, most: number): Trees =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(tree, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: tree.map((only) => Array.from({ length: most }, () => ({ ...only }))) },
  );

export const sender = one(withContent('sender', one(withText('organization-number', digits(9)))));
export const signatureType = maybe(
  withText(
    'signature-type',
    fc.constantFrom('ADVANCED_ELECTRONIC_SIGNATURE', 'AUTHENTICATED_ELECTRONIC_SIGNATURE'),
  ),
);
export const onBehalfOf = maybe(withText('on-behalf-of', fc.constantFrom('SELF', 'OTHER')));
export const requiredAuthentication = maybe(withText('required-authentication', fc.constantFrom('3', '4')));
export const identifierInSignedDocuments = maybe(
  withText(
    'identifier-in-signed-documents',
    fc.constantFrom('PERSONAL_IDENTIFICATION_NUMBER_AND_NAME', 'DATE_OF_BIRTH_AND_NAME', 'NAME'),
  ),
);
export const jobStatus = (name: string): Trees =>
  one(withText(name, fc.constantFrom('IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'FAILED')));
