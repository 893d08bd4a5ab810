import { LANGUAGES, type Language } from '../texts/index.js';

/** The chosen language, otherwise the browser's first supported one, otherwise bokmål. */
export function languageOf(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  if (known !== undefined) return known;
  for (const wish of wishesOf(acceptLanguage ?? '')) {
    if (/^nn\b/u.test(wish)) return 'nn';
    if (/^(?:nb|no)\b/u.test(wish)) return 'nb';
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
