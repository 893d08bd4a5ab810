import type { Language, Texts } from '../texts/index.js';
import type { Role } from '../login/sessions.js';

/** An organisation as pages show it. */
export interface ShownOrganization {
  readonly number: string;
  /** Absent: the settings do not name it. */
  readonly name?: string;
}

/** The logged-in person, as pages show it. */
export interface ShownPerson {
  readonly name: string;
  readonly emailAddress: string;
  /** The number of the one that the session shows. */
  readonly organization: string;
  readonly organizations: readonly ShownOrganization[];
  readonly role: Role;
  /** Every form sends it back. */
  readonly formToken: string;
}

/** What every page knows. */
export interface PageContext {
  readonly texts: Texts;
  readonly language: Language;
  /** Path and query of the page, to come back to after a change of language. */
  readonly path: string;
  /** Absent on pages without log-in. */
  readonly person?: ShownPerson;
}

const LOCALES: Readonly<Record<Language, string>> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' };

/** A moment in Norwegian time, as the language writes it. */
export function momentIn(language: Language, moment: Date | string): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: 'Europe/Oslo',
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(moment));
}

/** A day in Norwegian time, as the language writes it. */
export function dayIn(language: Language, moment: Date): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], { timeZone: 'Europe/Oslo', dateStyle: 'medium' });
  return format.format(moment);
}

/** A text for a word that a later version may have extended. */
export function textOf(texts: Readonly<Record<string, string>>, word: string): string {
  return texts[word] ?? texts['UNKNOWN'] ?? word;
}
