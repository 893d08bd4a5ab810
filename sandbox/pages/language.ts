/** The languages of the pages. Norwegian is the service's own and comes first. */
export const LANGUAGES = ['nb', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language cookie. */
export const LANGUAGE_COOKIE = 'signering-language';

/** The chosen language, otherwise the first supported language of the browser, otherwise Norwegian. */
export function languageOf(asked: {
  readonly chosen?: string | undefined;
  readonly acceptLanguage?: string | undefined;
}): Language {
  const chosen = LANGUAGES.find((language) => language === asked.chosen);
  if (chosen !== undefined) return chosen;
  for (const wish of wishesOf(asked.acceptLanguage ?? '')) {
    if (/^(?:nb|no|nn)\b/u.test(wish)) return 'nb';
    if (/^en\b/u.test(wish)) return 'en';
  }
  return 'nb';
}

/** Spec: RFC 9110, 12.5.4: the one with the highest weight first; a weight of 0 means not at all. */
function wishesOf(acceptLanguage: string): readonly string[] {
  return acceptLanguage
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/u.exec(one)?.[1]).find(Boolean);
      return { tag, weight: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
