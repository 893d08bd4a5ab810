import fc from 'fast-check';
import { breakage, type Breakage } from './breakages.js';
import { elementsOf, replaceElement, type MessageTree } from './message-tree.js';

/** A message with its origin. */
export interface BrokenMessage {
  readonly tree: MessageTree;
  /** The original message. */
  readonly message: string;
  readonly kinds: readonly string[];
}

/** A message with up to three changes, each at any of its elements; some of them keep it valid. */
export function slightlyBroken(message: fc.Arbitrary<MessageTree>): fc.Arbitrary<BrokenMessage> {
  return fc
    .tuple(message, fc.array(fc.tuple(fc.nat(1000), breakage), { maxLength: 3 }))
    .map(([tree, breakages]) => ({
      tree: breakages.reduce((broken, [at, change]) => apply(broken, at, change), tree),
      message: tree.name,
      kinds: breakages.map(([, { kind }]) => kind),
    }));
}

function apply(tree: MessageTree, at: number, change: Breakage): MessageTree {
  const elements = elementsOf(tree);
  const target = elements[at % elements.length] ?? tree;
  if (target !== tree) return replaceElement(tree, target, change.apply(target));
  // A document has exactly one root element.
  return change.apply(tree)[0] ?? tree;
}
