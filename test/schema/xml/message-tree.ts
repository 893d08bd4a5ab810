/** An XML message as plain data, valid or not, including messages that our writers never produce. */
export interface MessageTree {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly (MessageTree | string)[];
  /** Insignificant content of the element: comments and processing instructions. */
  readonly comment?: string;
}

export const NAMESPACE = 'http://signering.posten.no/schema/v1';

export function element(
  name: string,
  content: MessageTree['content'] = [],
  attributes: MessageTree['attributes'] = {},
): MessageTree {
  return { name, namespace: NAMESPACE, attributes, content };
}

/** Every element of the tree, root first. */
export function elementsOf(tree: MessageTree): readonly MessageTree[] {
  return [tree, ...tree.content.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child)))];
}

/** The tree with one element replaced by others or removed. */
export function replaceElement(
  tree: MessageTree,
  target: MessageTree,
  replacements: readonly MessageTree[],
): MessageTree {
  return {
    ...tree,
    content: tree.content.flatMap<MessageTree | string>((child) => {
      if (typeof child === 'string') return [child];
      return child === target ? replacements : [replaceElement(child, target, replacements)];
    }),
  };
}

export function toXml(tree: MessageTree): string {
  const attributes = Object.entries(tree.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const inside = tree.content.map((child) => (typeof child === 'string' ? escapeXml(child) : toXml(child)));
  const declarations = `xmlns="${tree.namespace}" xmlns:v1="${NAMESPACE}"`;
  const schemas =
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"';
  return `<${tree.name} ${declarations} ${schemas}${attributes.join('')}>${tree.comment ?? ''}${inside.join('')}</${tree.name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"\t\r\n]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
