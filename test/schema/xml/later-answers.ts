import fc from 'fast-check';
import { NAMESPACE, type MessageTree } from './message-tree.js';

/** Returns a random choice, new each time: the differences between two decorations of a message. */
type Choose = <Option>(...options: readonly Option[]) => Option;

/** Elements whose surrounding white space is ignored; in all others it is significant. */
const TOKENS = /(?:-url|-number|signature-job-id|status|error-code|error-message|error-type)$/u;

/**
 * The message as the service might write it in later years, in another XML spelling: prefixes, comments and
 * instructions anywhere, CDATA sections, white space around URLs, and unknown elements and attributes.
 */
export function laterAnswer(tree: MessageTree): fc.Arbitrary<string> {
  return fc.array(fc.nat(0xff_ff), { minLength: 40, maxLength: 200 }).map((numbers) => {
    let at = 0;
    const choose: Choose = (...options) => {
      at += 1;
      // In each round the numbers have another meaning.
      const number = (numbers[at % numbers.length] ?? 0) + Math.floor(at / numbers.length);
      const [first] = options;
      return options[number % options.length] ?? first!;
    };
    const declaration = choose('', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', '\u{FEFF}');
    return `${declaration}${nothing(choose)}${decorate(tree, choose)}${nothing(choose)}`;
  });
}

function decorate(tree: MessageTree, choose: Choose): string {
  const [prefix, namespaces] = choose(
    ['', ` xmlns="${NAMESPACE}"`],
    ['v:', ` xmlns:v="${NAMESPACE}"`],
    ['b-1.c:', ` xmlns="urn:another" xmlns:b-1.c='${NAMESPACE}' xmlns:v="urn:third"`],
  );
  const name = `${prefix}${tree.name}`;
  const attributes = Object.entries(tree.attributes).map(
    ([given, value]) => ` ${given}="${escapeXml(value)}"`,
  );
  const unknown = choose('', '', ' later="1"', ' xml:lang="nb" xmlns:n="urn:n" n:href="no" n:signer="no"');
  const inside = tree.content.map((child) =>
    typeof child === 'string'
      ? decorateText(child, TOKENS.test(tree.name), choose)
      : `${choose('', '\n  ')}${nothing(choose)}${unknownElement(choose)}${decorate(child, choose)}`,
  );
  const hasElements = tree.content.some((child) => typeof child !== 'string');
  const end = hasElements ? `${unknownElement(choose)}\n` : '';
  return `<${name}${namespaces}${choose('', '\n')}${attributes.join('')}${unknown}>${inside.join('')}${end}</${name}>`;
}

/** Comments and processing instructions, which have no effect. */
function nothing(choose: Choose): string {
  return choose('', '', '<!-- <reference>no</reference> > -->', '<?later <b> ?>');
}

function unknownElement(choose: Choose): string {
  return choose(
    '',
    '',
    `<later xmlns="${NAMESPACE}" href="no">no<pades-url>no</pades-url></later>`,
    '<n:status xmlns:n="urn:n" since="no">no</n:status>',
    '<signature-job-id xmlns="">no</signature-job-id>',
  );
}

function decorateText(text: string, isToken: boolean, choose: Choose): string {
  const blank = () => (isToken ? choose('', '\n    ', ' \t\r\n') : '');
  const characters = Array.from(text);
  const half = Math.floor(characters.length / 2);
  const parts = [characters.slice(0, half).join(''), characters.slice(half).join('')];
  const written = parts.map((part) =>
    choose(escapeXml(part), escapeXml(part), part === '' ? '' : `<![CDATA[${part.replaceAll(']]>', '')}]]>`),
  );
  return `${blank()}${nothing(choose)}${written.join(nothing(choose))}${nothing(choose)}${blank()}`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"\t\r\n]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
