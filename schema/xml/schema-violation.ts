import type { ErrorDetail, XmlDocument, XmlNode } from 'libxml2-wasm';
import { XmlElement } from 'libxml2-wasm';
import type { Problem } from '../errors.js';
import { SIGNATURE_NAMESPACE } from './namespace.js';

/**
 * Maps libxml2's messages to ours. Its messages quote values, which may be personal, so only text from the schema is
 * reused; the leading `.*` finds the last match, after anything that a value could imitate.
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
  [/.*is not an element of the set \{([^}]*)\}/su, ([, values]) => `must be one of ${values}`],
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
    ([, names]) => `ends too early; expected ${localName(names)}`,
  ],
  [
    /This element is not expected\. Expected is(?: one of)? \( (.*) \)/u,
    ([, names]) => `is not expected here; expected ${localName(names)}`,
  ],
  [/This element is not expected/u, () => 'is not expected here'],
  [/Character content(?: is| other than whitespace is)? not allowed/u, () => 'must not contain text'],
  [/Element content is not allowed/u, () => 'must not contain elements'],
  [/No matching global declaration/u, () => 'is not a message of the signature API'],
];

/** A violation found by libxml2, without content of the message. */
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

/** Removes the namespaces from `{namespace}name, {namespace}name`. */
function localName(names: string | undefined): string {
  return (names ?? '').replaceAll(/\{[^}]*\}/gu, '');
}

/** libxml2 writes `/p:a/p:b[2]` for prefixed elements, and cannot resolve that without the prefix declaration. */
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

/** `[2]` for the second of several siblings with the same name, counted from 1. */
function positionOf(element: XmlElement): string {
  const namesakes = (axis: string) => element.find(`${axis}::*[local-name()='${element.name}']`).length;
  const before = namesakes('preceding-sibling');
  return before + namesakes('following-sibling') === 0 ? '' : `[${before + 1}]`;
}
