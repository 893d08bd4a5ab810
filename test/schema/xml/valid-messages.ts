import fc from 'fast-check';
import { element, type MessageTree } from './message-tree.js';

type Trees = fc.Arbitrary<readonly MessageTree[]>;

const one = (tree: fc.Arbitrary<MessageTree>): Trees => tree.map((only) => [only]);
const maybe = (tree: fc.Arbitrary<MessageTree>): Trees => fc.option(tree).map((only) => (only ? [only] : []));
const sequence = (...parts: readonly Trees[]): Trees => fc.tuple(...parts).map((trees) => trees.flat());
const withContent = (name: string, content: Trees, attributes = fc.constant({})): fc.Arbitrary<MessageTree> =>
  fc.tuple(content, attributes).map(([children, given]) => element(name, children, given));
const withText = (name: string, text: fc.Arbitrary<string>): fc.Arbitrary<MessageTree> =>
  text.map((value) => element(name, [value]));
const empty = (name: string): fc.Arbitrary<MessageTree> => fc.constant(element(name));

const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', ' ', 'ø', '&', '<', '😀', '\n'), minLength, maxLength });
const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: length, maxLength: length });
const url = text(0, 60);
const time = fc.constantFrom(
  '2030-01-01T00:00:00',
  '2030-01-01T00:00:00.1234567+01:00',
  '2030-01-31T23:59:59Z',
);

const reference = maybe(withText('reference', text(0, 50)));
const jobId = one(withText('signature-job-id', fc.constantFrom('1', ' 7 ', '-9223372036854775808')));
const pin = withText('personal-identification-number', digits(11));

const email = withContent('email', fc.constant([]), fc.record({ address: text(0, 20) }));
const sms = withContent('sms', fc.constant([]), fc.record({ number: text(0, 12) }));
const addresses = fc.oneof(sequence(one(email), maybe(sms)), one(sms));

const signer = withContent(
  'signer',
  sequence(
    one(fc.oneof(pin, empty('identified-by-contact-information'))),
    maybe(
      withText(
        'signature-type',
        fc.constantFrom('ADVANCED_ELECTRONIC_SIGNATURE', 'AUTHENTICATED_ELECTRONIC_SIGNATURE'),
      ),
    ),
    one(
      fc.oneof(
        withContent('notifications-using-lookup', sequence(one(empty('email')), maybe(empty('sms')))),
        withContent('notifications', addresses),
      ),
    ),
    maybe(withText('on-behalf-of', fc.constantFrom('SELF', 'OTHER'))),
  ),
  fc.oneof(fc.constant({}), fc.record({ order: fc.constantFrom('0', '9', ' 3 ', '+1', '007') })),
);

const jobTexts = sequence(
  one(withText('title', text(1, 80))),
  maybe(withText('nonsensitive-title', text(1, 80))),
  maybe(withText('description', text(0, 220))),
);
const entry = fc.record({ href: text(4, 100), mime: text(1, 100) });
const document = withContent('document', one(withText('title', text(1, 80))), entry);

const many = (tree: fc.Arbitrary<MessageTree>, most: number): Trees =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(tree, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: tree.map((only) => Array.from({ length: most }, () => ({ ...only }))) },
  );

const manifest = withContent(
  'portal-signature-job-manifest',
  sequence(
    one(withContent('signers', many(signer, 10))),
    one(withContent('sender', one(withText('organization-number', digits(9))))),
    fc.oneof(
      sequence(jobTexts, one(withContent('documents', many(document, 20)))),
      one(withContent('document', jobTexts, entry)),
    ),
    maybe(withText('required-authentication', fc.constantFrom('3', '4'))),
    maybe(
      withContent(
        'availability',
        sequence(
          maybe(withText('activation-time', time)),
          maybe(withText('available-seconds', fc.constantFrom('0', '864000', '9223372036854775807'))),
        ),
      ),
    ),
    maybe(
      withText(
        'identifier-in-signed-documents',
        fc.constantFrom('PERSONAL_IDENTIFICATION_NUMBER_AND_NAME', 'DATE_OF_BIRTH_AND_NAME', 'NAME'),
      ),
    ),
  ),
);

const signature = withContent(
  'signature',
  sequence(
    one(
      fc
        .tuple(fc.constantFrom('SIGNED', 'ASLEEP', ''), time)
        .map(([status, since]) => element('status', [status], { since })),
    ),
    one(fc.oneof(pin, withContent('identifier', addresses))),
    maybe(withText('xades-url', url)),
  ),
);

const statusChange = withContent(
  'portal-signature-job-status-change-response',
  sequence(
    reference,
    jobId,
    one(withText('status', fc.constantFrom('IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'FAILED'))),
    one(withText('confirmation-url', url)),
    maybe(withText('cancellation-url', url)),
    maybe(withText('delete-documents-url', url)),
    one(withContent('signatures', sequence(many(signature, 10), maybe(withText('pades-url', url))))),
  ),
);

/** Any message of the portal flow, and the error, that the schema takes. */
export const validMessage: fc.Arbitrary<MessageTree> = fc.oneof(
  { weight: 5, arbitrary: manifest },
  { weight: 3, arbitrary: statusChange },
  {
    weight: 1,
    arbitrary: withContent(
      'portal-signature-job-request',
      sequence(reference, maybe(withText('polling-queue', text(0, 60)))),
    ),
  },
  {
    weight: 1,
    arbitrary: withContent(
      'portal-signature-job-response',
      sequence(reference, jobId, one(withText('cancellation-url', url))),
    ),
  },
  {
    weight: 1,
    arbitrary: withContent(
      'error',
      sequence(
        one(withText('error-code', text(0, 20))),
        one(withText('error-message', text(0, 20))),
        one(withText('error-type', text(0, 20))),
      ),
    ),
  },
);
