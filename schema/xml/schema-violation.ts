import type { ErrorDetail, XmlDocument, XmlNode } from 'libxml2-wasm';
import { XmlElement } from 'libxml2-wasm';
import type { Problem } from '../errors.js';
import { SIGNATURE_NAMESPACE } from './namespace.js';

/**
 * libxml2's words, and ours instead. Its words quote the value, which may be personal, so only what stems from the
 * schema is taken over; the leading `.*` finds the last match, behind anything a value could imitate.
 */
const WORDINGS: readonly (readonly [RegExp, (found: readonly string[]) => string])[] = [
  [
    /.*has a length of '(\d+)'; this exceeds the allowed maximum length of '(\d+)'/su,
    ([, is, most]) => `has ${is} characters, at most ${most} are allowed`,
  ],
  [
    /.*has a length of '(\d+)'; this underruns the allowed minimum length of '(\d+)'/su,
    ([, is, least]) => `has ${is} characters, at least ${least} are needed`,
  ],
  [/.*is not accepted by the pattern '([^']*)'/su, ([, pattern]) => `does not match ${pattern}`],
  [/.*is not an element of the set \{([^}]*)\}/su, ([, values]) => `is none of ${values}`],
  [/.*greater than the maximum value allowed \('([^']*)'\)/su, ([, most]) => `is greater than ${most}`],
  [/.*less than the minimum value allowed \('([^']*)'\)/su, ([, least]) => `is less than ${least}`],
  [
    /.*is not a valid value of the (?:local )?(?:atomic|list|union) type(?: '([^']*)')?\.\s*$/su,
    ([, type]) => `is not a valid ${localName(type ?? 'value')}`,
  ],
  [/The attribute '([^']*)' is required but missing/u, ([, name]) => `lacks the attribute ${name}`],
  [/The attribute '[^']*' is not allowed/u, () => 'has an attribute that is not allowed'],
  [
    /Missing child element\(s\)\. Expected is(?: one of)? \( (.*) \)/u,
    ([, names]) => `ends too early; expected is ${localName(names)}`,
  ],
  [
    /This element is not expected\. Expected is(?: one of)? \( (.*) \)/u,
    ([, names]) => `is not expected here; expected is ${localName(names)}`,
  ],
  [/This element is not expected/u, () => 'is not expected here'],
  [
    /Character content(?: is| other than whitespace is)? not allowed/u,
    () => 'holds text where none is allowed',
  ],
  [/Element content is not allowed/u, () => 'holds elements where none are allowed'],
  [/No matching global declaration/u, () => 'is no message of the signature API'],
];

/** What libxml2 found, told without the message's own words. */
export function schemaViolation(
  violation: ErrorDetail,
  document: XmlDocument,
  vocabulary: ReadonlySet<string>,
): Problem {
  const attribute = /^Element '[^']*', attribute '([^']*)'/u.exec(violation.message)?.[1];
  const node = violation.xpath === undefined ? null : document.get(withoutPrefixes(violation.xpath));
  const steps = node === null ? [] : pathTo(node, vocabulary);
  if (attribute !== undefined && vocabulary.has(attribute)) steps.push(`@${attribute}`);
  return { path: steps.join('/') || 'the message', message: wordingOf(violation.message) };
}

function wordingOf(message: string): string {
  for (const [pattern, wording] of WORDINGS) {
    const found = pattern.exec(message);
    if (found !== null) return wording(found);
  }
  return 'is not allowed by the schema';
}

/** `{namespace}name, {namespace}name` without the namespaces. */
function localName(names: string | undefined): string {
  return (names ?? '').replaceAll(/\{[^}]*\}/gu, '');
}

/** libxml2 writes `/p:a/p:b[2]` where elements have a prefix, and cannot find them again without knowing it. */
function withoutPrefixes(xpath: string): string {
  return xpath.replaceAll(/\/([^/[\]*]+)/gu, "/*[name()='$1']");
}

function pathTo(node: XmlNode, vocabulary: ReadonlySet<string>): string[] {
  const steps: string[] = [];
  for (let at: XmlNode | null = node; at instanceof XmlElement; at = at.parent) {
    const known = at.namespaceUri === SIGNATURE_NAMESPACE && vocabulary.has(at.name);
    steps.unshift(known ? `${at.name}${positionOf(at)}` : '(unknown element)');
  }
  return steps;
}

/** `[2]` for the second of several of one name, counted from 1. */
function positionOf(element: XmlElement): string {
  const namesakes = (axis: string) => element.find(`${axis}::*[local-name()='${element.name}']`).length;
  const before = namesakes('preceding-sibling');
  return before + namesakes('following-sibling') === 0 ? '' : `[${before + 1}]`;
}
