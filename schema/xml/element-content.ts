import { SIGNATURE_NAMESPACE } from './namespace.js';
import { UnreadableXmlError } from './errors.js';
import type { XmlElement } from './xml-element.js';

/** The first child with this name; ignores unknown elements. */
export function findChild(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name && child.namespace === SIGNATURE_NAMESPACE);
}

export function findChildren(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === SIGNATURE_NAMESPACE);
}

/** @throws UNREADABLE_XML if there is none */
export function requireChild(parent: XmlElement, name: string): XmlElement {
  const child = findChild(parent, name);
  if (child === undefined) throw new UnreadableXmlError(`${parent.name} has no ${name}`);
  return child;
}

/** @throws UNREADABLE_XML if it is absent */
export function requireAttribute(element: XmlElement, name: string): string {
  const value = element.attributes.get(name);
  if (value === undefined) throw new UnreadableXmlError(`${element.name} has no attribute ${name}`);
  return value;
}

/** The unmodified text of a child; undefined if the child is absent or empty. */
export function findText(parent: XmlElement, name: string): string | undefined {
  const text = findChild(parent, name)?.text;
  return text === '' ? undefined : text;
}

/** The trimmed text of a child; undefined if the child is absent or blank. */
export function findToken(parent: XmlElement, name: string): string | undefined {
  const token = findChild(parent, name)?.text.trim();
  return token === '' ? undefined : token;
}

/** @throws UNREADABLE_XML if the child is absent or empty */
export function requireToken(parent: XmlElement, name: string): string {
  const token = findToken(parent, name);
  if (token === undefined) throw new UnreadableXmlError(`${parent.name} has no ${name}, or an empty one`);
  return token;
}

/**
 * The time in an attribute, ISO 8601 in UTC with milliseconds; undefined for one without an offset, which is not a point
 * in time, and for any other text: a time is never a reason to reject a message.
 * @throws UNREADABLE_XML if there is no such attribute
 * Spec: XML Schema Part 2, dateTime: the offset is optional.
 */
export function findMoment(element: XmlElement, name: string): string | undefined {
  const text = requireAttribute(element, name).trim();
  const time = /(?:Z|[+-]\d{2}:\d{2})$/u.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/**
 * A value of a closed set.
 * @throws UNREADABLE_XML if it is another value
 */
export function requireOneOf<Value extends string>(
  parent: XmlElement,
  name: string,
  values: readonly Value[],
): Value {
  const token = requireToken(parent, name);
  const known = values.find((value) => value === token);
  if (known === undefined) throw new UnreadableXmlError(`${name} is none of ${values.join(', ')}`);
  return known;
}

/** Like {@link requireOneOf}, for an optional element. @throws UNREADABLE_XML */
export function findOneOf<Value extends string>(
  parent: XmlElement,
  name: string,
  values: readonly Value[],
): Value | undefined {
  return findChild(parent, name) === undefined ? undefined : requireOneOf(parent, name, values);
}

/** Removes undefined properties: absence is a missing property. */
export function present<Properties extends Readonly<Record<string, unknown>>>(
  properties: Properties,
): { [Name in keyof Properties]?: Exclude<Properties[Name], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Properties]?: Exclude<Properties[Name], undefined> };
}
