import fc from 'fast-check';
import { BOUNDARY_TEXTS } from './boundary-texts.js';
import { element, type MessageTree } from './message-tree.js';
import { OUR_VOCABULARY } from './schema-vocabulary.js';

/** A change to one element of a message; the message may stay valid. */
export interface Breakage {
  readonly kind: string;
  /** Replacement of the element. */
  readonly apply: (target: MessageTree) => readonly MessageTree[];
}

const { elements, attributes, types, groups } = OUR_VOCABULARY;
const BUILT_IN_TYPES = ['string', 'token', 'NMTOKEN', 'long', 'int', 'dateTime', 'anyType', 'anySimpleType'];

const name = fc.constantFrom(...elements, 'unknown');
const text = fc.constantFrom(...BOUNDARY_TEXTS);
const blank = fc.constantFrom(' ', '\n', '\t', '\r', '\u00a0');
const attribute = fc.constantFrom(
  ...attributes,
  ...['unknown', 'xml:lang', 'xml:space', 'v1:order', 'v1:href', 'xsi:nil', 'xsi:schemaLocation'],
);
const type = fc.constantFrom(
  ...[...types, ...groups, 'unknown'].map((each) => `v1:${each}`),
  ...BUILT_IN_TYPES.map((each) => `xs:${each}`),
  'unknown',
  'none:url',
);
const comment = fc.constantFrom(
  ...['<!-- -->', '<?to ignore?>', '<![CDATA[ ]]>', '<![CDATA[]]>', '<!----><!-- -->', ' <!-- -->', '&#32;'],
);
const namespace = fc.constantFrom('', 'urn:another', 'http://signering.posten.no/schema/v2');

function kind(
  named: string,
  apply: fc.Arbitrary<Breakage['apply']> | Breakage['apply'],
): fc.Arbitrary<Breakage> {
  const drawn = typeof apply === 'function' ? fc.constant(apply) : apply;
  return drawn.map((draw) => ({ kind: named, apply: draw }));
}

const withAttribute = (target: MessageTree, given: string, value: string): MessageTree => ({
  ...target,
  attributes: { ...target.attributes, [given]: value },
});

/** Swaps two adjacent children. */
function swapped(target: MessageTree, at: number): MessageTree {
  const content = [...target.content];
  const first = at % Math.max(1, content.length - 1);
  content.splice(first, 2, ...content.slice(first, first + 2).reverse());
  return { ...target, content };
}

/** White space before, after, or on both sides of the element's content. */
function padded({ content, ...target }: MessageTree, before: string, after: string): MessageTree {
  return { ...target, content: [before, ...content, after] };
}

const BREAKAGES = [
  kind('missing element', () => []),
  kind('repeated element', (target) => [target, { ...target }]),
  kind('repeated too often', (target) => Array.from({ length: 11 }, () => ({ ...target }))),
  kind('emptied element', (target) => [{ ...target, content: [] }]),
  kind('reversed order', (target) => [{ ...target, content: [...target.content].reverse() }]),
  kind(
    'swapped neighbours',
    fc.nat(20).map((at) => (target) => [swapped(target, at)]),
  ),
  kind(
    'renamed element',
    name.map((given) => (target) => [{ ...target, name: given }]),
  ),
  kind(
    'element before',
    name.map((given) => (target) => [element(given), target]),
  ),
  kind(
    'element inside',
    name.map((given) => (target) => [{ ...target, content: [...target.content, element(given)] }]),
  ),
  kind(
    'wrapped element',
    name.map((given) => (target) => [element(given, [target])]),
  ),
  kind(
    'other text',
    text.map((given) => (target) => [{ ...target, content: [given] }]),
  ),
  kind(
    'text beside',
    text.map((given) => (target) => [{ ...target, content: [given, ...target.content] }]),
  ),
  kind(
    'white space',
    fc
      .tuple(blank, fc.oneof(blank, fc.constant('')))
      .map(([before, after]) => (target) => [padded(target, before, after)]),
  ),
  kind(
    'foreign namespace',
    namespace.map((given) => (target) => [{ ...target, namespace: given }]),
  ),
  kind(
    'comment',
    comment.map((given) => (target) => [{ ...target, comment: given }]),
  ),
  kind(
    'comment alone',
    comment.map((given) => (target) => [{ ...target, content: [], comment: given }]),
  ),
  kind(
    'named type',
    type.map((given) => (target) => [withAttribute(target, 'xsi:type', given)]),
  ),
  kind(
    'attribute',
    fc.tuple(attribute, text).map(([given, value]) => (target) => [withAttribute(target, given, value)]),
  ),
  kind(
    'changed attribute',
    fc.tuple(fc.nat(3), text).map(([at, value]) => (target) => {
      const names = Object.keys(target.attributes);
      const given = names[at % Math.max(1, names.length)];
      return [given === undefined ? target : withAttribute(target, given, value)];
    }),
  ),
  kind(
    'missing attribute',
    fc.nat(3).map((at) => (target) => [
      {
        ...target,
        attributes: Object.fromEntries(Object.entries(target.attributes).filter((_, index) => index !== at)),
      },
    ]),
  ),
];

export const breakage: fc.Arbitrary<Breakage> = fc.oneof(...BREAKAGES);
/** The number of kinds of breakage. */
export const BREAKAGE_KINDS = BREAKAGES.length;
