import fc from 'fast-check';
import {
  digits,
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

const identifier = one(fc.oneof(pin, withText('signer-identifier', text(1, 80))));
const none = fc.constant([]);

const request = withContent(
  'direct-signature-job-request',
  sequence(
    reference,
    one(
      withContent(
        'exit-urls',
        sequence(
          one(withText('completion-url', url)),
          one(withText('rejection-url', url)),
          one(withText('error-url', url)),
        ),
      ),
    ),
    maybe(withText('status-retrieval-method', fc.constantFrom('WAIT_FOR_CALLBACK', 'POLLING'))),
    maybe(withText('polling-queue', text(0, 60))),
  ),
);

const title = one(withText('title', text(1, 80)));
const description = maybe(withText('description', text(0, 220)));
const manifest = withContent(
  'direct-signature-job-manifest',
  sequence(
    many(withContent('signer', sequence(identifier, signatureType, onBehalfOf)), 10),
    sender,
    fc.oneof(
      sequence(
        title,
        description,
        one(withContent('documents', many(withContent('document', title, entry), 20))),
      ),
      one(withContent('document', sequence(title, description), entry)),
    ),
    requiredAuthentication,
    identifierInSignedDocuments,
  ),
);

const href = fc.record({ href: text(0, 60) });
const answeredSigner = (name: string) =>
  withContent(name, sequence(identifier, one(withText('redirect-url', url))), href);
/** `@signer` can be any text, or absent. */
const signerName = fc.record({ signer: fc.oneof(digits(11), text(0, 90)) }, { requiredKeys: [] });
const urlOfSigner = (name: string) =>
  fc.tuple(url, signerName).map(([value, attributes]) => element(name, [value], attributes));

const response = withContent(
  'direct-signature-job-response',
  sequence(
    reference,
    jobId,
    many(urlOfSigner('redirect-url'), 10),
    maybe(withText('status-url', url)),
    many(answeredSigner('signer'), 10),
  ),
);

const status = fc
  .tuple(fc.constantFrom('SIGNED', 'FAILED', 'ASLEEP', ''), signerName, time)
  .map(([value, name, since]) => element('status', [value], { ...name, since }));
const jobStatusResponse = withContent(
  'direct-signature-job-status-response',
  sequence(
    reference,
    jobId,
    jobStatus('signature-job-status'),
    many(status, 10),
    maybe(withText('confirmation-url', url)),
    maybe(withText('delete-documents-url', url)),
    fc.oneof(none, many(urlOfSigner('xades-url'), 10)),
    maybe(withText('pades-url', url)),
  ),
);

/** Any message of the direct flow that the schema accepts. */
export const validDirectMessage: fc.Arbitrary<MessageTree> = fc.oneof(
  { weight: 5, arbitrary: manifest },
  { weight: 3, arbitrary: jobStatusResponse },
  { weight: 3, arbitrary: response },
  { weight: 2, arbitrary: request },
  { weight: 1, arbitrary: answeredSigner('direct-signer-response') },
  {
    weight: 1,
    arbitrary: withContent('direct-signer-update-request', one(empty('redirect-url'))),
  },
);
