/** A piece of markup in which all text is escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Values in a template; `undefined` and `false` produce no output. */
export type HtmlContent = Html | string | number | undefined | false | readonly HtmlContent[];

/** Writes markup. Texts are escaped for elements and quoted attributes. */
export function html(strings: TemplateStringsArray, ...contents: readonly HtmlContent[]): Html {
  const markup = strings.map((text, index) => text + write(contents[index])).join('');
  return new Html(markup);
}

function write(content: HtmlContent): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(write).join('');
  return escape(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}
