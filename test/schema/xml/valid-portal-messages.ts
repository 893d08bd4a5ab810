import fc from 'fast-check';
import {
  empty,
  entry,
  identifierInSignedDocuments,
  jobId,
  jobStatus,
  many,
  maybe,
  onBehalfOf,
  one,
  pin,
  reference,
  requiredAuthentication,
  sender,
  sequence,
  signatureType,
  text,
  time,
  url,
  withContent,
  withText,
} from './message-arbitraries.js';
import { element, type MessageTree } from './message-tree.js';

const email = withContent('email', fc.constant([]), fc.record({ address: text(0, 20) }));
const sms = withContent('sms', fc.constant([]), fc.record({ number: text(0, 12) }));
const addresses = fc.oneof(sequence(one(email), maybe(sms)), one(sms));

const signer = withContent(
  'signer',
  sequence(
    one(fc.oneof(pin, empty('identified-by-contact-information'))),
    signatureType,
    one(
      fc.oneof(
        withContent('notifications-using-lookup', sequence(one(empty('email')), maybe(empty('sms')))),
        withContent('notifications', addresses),
      ),
    ),
    onBehalfOf,
  ),
  fc.oneof(fc.constant({}), fc.record({ order: fc.constantFrom('0', '9', ' 3 ', '+1', '007') })),
);

const jobTexts = sequence(
  one(withText('title', text(1, 80))),
  maybe(withText('nonsensitive-title', text(1, 80))),
  maybe(withText('description', text(0, 220))),
);
const document = withContent('document', one(withText('title', text(1, 80))), entry);

const manifest = withContent(
  'portal-signature-job-manifest',
  sequence(
    one(withContent('signers', many(signer, 10))),
    sender,
    fc.oneof(
      sequence(jobTexts, one(withContent('documents', many(document, 20)))),
      one(withContent('document', jobTexts, entry)),
    ),
    requiredAuthentication,
    maybe(
      withContent(
        'availability',
        sequence(
          maybe(withText('activation-time', time)),
          maybe(withText('available-seconds', fc.constantFrom('0', '864000', '9223372036854775807'))),
        ),
      ),
    ),
    identifierInSignedDocuments,
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
    jobStatus('status'),
    one(withText('confirmation-url', url)),
    maybe(withText('cancellation-url', url)),
    maybe(withText('delete-documents-url', url)),
    one(withContent('signatures', sequence(many(signature, 10), maybe(withText('pades-url', url))))),
  ),
);

/** Any message of the portal flow, or the error message, that the schema accepts. */
export const validPortalMessage: fc.Arbitrary<MessageTree> = fc.oneof(
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
