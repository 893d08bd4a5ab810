import Negotiator from 'negotiator';

/** The languages of the pages. Norwegian is the service's own and comes first. */
export const LANGUAGES = ['nb', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language cookie. */
export const LANGUAGE_COOKIE = 'signering-language';

/** What browsers ask for, and the language that they get. */
const ASKED_FOR: Readonly<Record<string, Language>> = { nb: 'nb', no: 'nb', nn: 'nb', en: 'en' };

/** The chosen language, otherwise the first supported language of the browser, otherwise Norwegian. */
export function languageOf(asked: {
  readonly chosen?: string | undefined;
  readonly acceptLanguage?: string | undefined;
}): Language {
  const chosen = LANGUAGES.find((language) => language === asked.chosen);
  if (chosen !== undefined) return chosen;
  const headers = { 'accept-language': asked.acceptLanguage ?? '' };
  const wished = new Negotiator({ headers }).language(Object.keys(ASKED_FOR));
  return ASKED_FOR[wished ?? ''] ?? 'nb';
}
