import Negotiator from 'negotiator';
import { LANGUAGES, type Language } from '../texts/index.js';

/** What browsers ask for, and the language that they get. */
const ASKED_FOR: Readonly<Record<string, Language>> = { nb: 'nb', no: 'nb', nn: 'nn', en: 'en' };

/** The chosen language, otherwise the browser's first supported one, otherwise bokmål. */
export function languageOf(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  if (known !== undefined) return known;
  const headers = { 'accept-language': acceptLanguage ?? '' };
  const asked = new Negotiator({ headers }).language(Object.keys(ASKED_FOR));
  return ASKED_FOR[asked ?? ''] ?? 'nb';
}
