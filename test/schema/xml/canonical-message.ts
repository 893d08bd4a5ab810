import { XmlDocument, XmlElement, XmlText, type XmlNode } from 'libxml2-wasm';

/** Differences to ignore between equivalent messages. */
export interface CanonicalMessageOptions {
  /** Also removes white space around texts. @default false */
  readonly trim?: boolean;
  /** Elements to remove, as an XPath. @default none */
  readonly without?: string;
  /** Adds an attribute to elements at an XPath that lack it. @default none */
  readonly complete?: { readonly at: string; readonly name: string; readonly value: string };
}

/**
 * A message in canonical form, without comments and without the white space that only sets elements apart: two
 * messages that look the same here say the same.
 */
export function canonicalMessage(xml: string, options: CanonicalMessageOptions = {}): string {
  const adjusted = XmlDocument.fromString(xml);
  try {
    adjust(adjusted, options);
    // Parsed again, so that an added attribute is treated like an original one.
    const document = XmlDocument.fromString(adjusted.root.toString({ format: false }));
    try {
      return document.root.canonicalizeToString({ withComments: false });
    } finally {
      document.dispose();
    }
  } finally {
    adjusted.dispose();
  }
}

function adjust({ root }: XmlDocument, { trim = false, without, complete }: CanonicalMessageOptions): void {
  if (without !== undefined) for (const element of elementsAt(root, without)) element.remove();
  if (complete !== undefined) {
    for (const element of elementsAt(root, complete.at)) {
      if (element.attr(complete.name) === null) element.setAttr(complete.name, complete.value);
    }
  }
  for (const text of root.find('//text()')) {
    if (!(text instanceof XmlText)) continue;
    const apart = (text.parent?.find('*').length ?? 0) > 0;
    if (apart || trim) text.content = text.content.trim();
  }
}

function elementsAt(root: XmlElement, xpath: string): readonly XmlElement[] {
  return root.find(xpath).filter((node: XmlNode) => node instanceof XmlElement);
}
