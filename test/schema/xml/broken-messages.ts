import fc from 'fast-check';
import { element, elementsOf, replaceElement, type MessageTree } from './message-tree.js';

type Breakage = (target: MessageTree) => readonly MessageTree[];

/** At and just beyond every limit of the schema. */
const TEXTS = [
  ...[0, 1, 3, 4, 50, 51, 80, 81, 100, 101, 220, 221, 500, 501].flatMap((length) => [
    'x'.repeat(length),
    '😀'.repeat(length),
  ]),
  ...[' ', '\n', '3', '4', '5', ' 4', '04', '+4', '-0', '0', '9', '10', '1.0', '1e3', '-1'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '2147483648'],
  ...['123456789', '1234567890', ' 123456789', '01815012345', '0181501234', '٠١٨١٥٠١٢٣٤٥'],
  ...['POLLING', 'WAIT_FOR_CALLBACK ', 'polling'],
  ...['SELF', 'self', ' OTHER', 'NAME', 'ADVANCED_ELECTRONIC_SIGNATURE', 'IN_PROGRESS', 'FAILED ', 'SIGNED'],
  ...[
    '2030-01-01T00:00:00',
    '2030-02-29T00:00:00Z',
    '2030-01-01T00:00:00+14:00',
    '2030-01-01T00:00:00+14:01',
  ],
  ...[
    '2030-01-01',
    '2030-01-01T24:00:00Z',
    '2030-01-01T24:00:01Z',
    '-0001-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
  ],
];

const NAMES = [
  ...[
    'reference',
    'polling-queue',
    'signer',
    'signers',
    'sender',
    'title',
    'nonsensitive-title',
    'description',
  ],
  ...[
    'document',
    'documents',
    'email',
    'sms',
    'notifications',
    'notifications-using-lookup',
    'signature-type',
  ],
  ...[
    'personal-identification-number',
    'identified-by-contact-information',
    'identifier',
    'on-behalf-of',
    'status',
  ],
  ...['availability', 'activation-time', 'available-seconds', 'pades-url', 'xades-url', 'error', 'unknown'],
  ...['portal-signature-job-request', 'portal-signature-job-response', 'redirect-url', 'signer-identifier'],
  ...['direct-signature-job-request', 'direct-signature-job-response', 'direct-signer-response', 'exit-urls'],
  ...['completion-url', 'status-retrieval-method', 'status-url', 'confirmation-url', 'signature-job-status'],
];

const ATTRIBUTES = [
  'order',
  'href',
  'mime',
  'address',
  'number',
  'since',
  'signer',
  'xml:lang',
  'xml:space',
  'xsi:nil',
];

/** A message may name the type of an element, so the names of types count. */
const TYPES = [
  ...['signature-job-id', 'signature-job-reference', 'url', 'accessible-by-url', 'empty-element', 'enabled'],
  ...[
    'personal-identification-number',
    'signer-identifier',
    'signature-type',
    'signing-on-behalf-of',
    'sender',
  ],
  ...[
    'authentication-level',
    'nonNegativeLong',
    'identifier-in-signed-documents',
    'portal-signers',
    'portal-signer',
  ],
  ...[
    'notifications-using-lookup',
    'email',
    'sms',
    'notifications',
    'portal-document',
    'legacy-portal-document',
  ],
  ...['availability', 'portal-signature-job-status', 'signatures', 'signature', 'signature-status'],
  ...['direct-signer', 'direct-document', 'legacy-direct-document', 'exit-urls', 'status-retrieval-method'],
  ...['direct-signature-job-response', 'direct-signer-response', 'signer-specific-url', 'signer-status'],
  ...['direct-signer-status-value', 'direct-signature-job-status', 'direct-signer-name', 'description'],
  ...['portal-signature-status-value', 'title', 'what-is-signed', 'which-job', 'package-entry'],
].map((name) => `v1:${name}`);
const BUILT_IN_TYPES = [
  'xs:string',
  'xs:token',
  'xs:NMTOKEN',
  'xs:long',
  'xs:int',
  'xs:dateTime',
  'xs:anyType',
  'none',
];

const breakage: fc.Arbitrary<Breakage> = fc.oneof(
  fc.constant<Breakage>(() => []),
  fc.constant<Breakage>((target) => [target, { ...target }]),
  fc.constant<Breakage>((target) => [{ ...target, content: [] }]),
  fc.constant<Breakage>((target) => [{ ...target, content: [...target.content].reverse() }]),
  fc.constantFrom(...NAMES).map<Breakage>((name) => (target) => [{ ...target, name }]),
  fc.constantFrom(...NAMES).map<Breakage>((name) => (target) => [element(name), target]),
  fc
    .constantFrom(...NAMES)
    .map<Breakage>((name) => (target) => [{ ...target, content: [...target.content, element(name)] }]),
  fc.constantFrom(...TEXTS).map<Breakage>((text) => (target) => [{ ...target, content: [text] }]),
  fc
    .constantFrom(...TEXTS)
    .map<Breakage>((text) => (target) => [{ ...target, content: [text, ...target.content] }]),
  fc.constantFrom('', 'urn:another').map<Breakage>((namespace) => (target) => [{ ...target, namespace }]),
  fc
    .constantFrom('<!-- -->', '<?to nobody?>', '<![CDATA[ ]]>', '<![CDATA[]]>')
    .map<Breakage>((comment) => (target) => [{ ...target, comment }]),
  fc
    .constantFrom(...TYPES, ...BUILT_IN_TYPES)
    .map<Breakage>((type) => (target) => [
      { ...target, attributes: { ...target.attributes, 'xsi:type': type } },
    ]),
  fc
    .tuple(fc.constantFrom(...ATTRIBUTES), fc.constantFrom(...TEXTS, 'true', 'false', 'preserve', 'nb'))
    .map<Breakage>(([name, value]) => (target) => [
      { ...target, attributes: { ...target.attributes, [name]: value } },
    ]),
  fc.constant<Breakage>((target) => [
    { ...target, attributes: Object.fromEntries(Object.entries(target.attributes).slice(1)) },
  ]),
);

/** A message with up to three changes, each at any of its elements; some of them keep it valid. */
export function slightlyBroken(message: fc.Arbitrary<MessageTree>): fc.Arbitrary<MessageTree> {
  return fc
    .tuple(message, fc.array(fc.tuple(fc.nat(1000), breakage), { maxLength: 3 }))
    .map(([tree, breakages]) => breakages.reduce((broken, [at, change]) => apply(broken, at, change), tree));
}

function apply(tree: MessageTree, at: number, change: Breakage): MessageTree {
  const elements = elementsOf(tree);
  const target = elements[at % elements.length] ?? tree;
  if (target !== tree) return replaceElement(tree, target, change(target));
  // A document has exactly one outermost element.
  return change(tree)[0] ?? tree;
}
