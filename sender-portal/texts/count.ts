/** A number with its noun. */
export function count(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`;
}

/** Texts with commas and the language's word for "and". @param language as BCP 47 names it */
export function listed(texts: readonly string[], language: string): string {
  return new Intl.ListFormat(language === 'en' ? 'en-GB' : language, { type: 'conjunction' }).format(texts);
}
