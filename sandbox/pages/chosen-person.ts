import { personOf, type Person } from '../people.js';
import type { Texts } from './texts/index.js';
import type { PageProblem } from './views/layout.js';
import { ANOTHER_PERSON } from './views/person-choice.js';

/** Reads the chosen person from a form: a person in the list, or the values of the fields beside it. */
export function chosenPerson(
  form: Readonly<Record<string, string>>,
  texts: Texts,
): { readonly person: Person } | { readonly problem: PageProblem } {
  const { person: choice = '', number = '', name = '' } = form;
  if (/^\d{11}$/u.test(choice)) return { person: personOf(choice) };
  if (choice !== ANOTHER_PERSON) return { problem: { text: texts.choosePerson, field: 'person' } };
  const digits = number.replaceAll(/\s/gu, '');
  if (!/^\d{11}$/u.test(digits)) return { problem: { text: texts.elevenDigits, field: 'number' } };
  const given = name.trim().slice(0, 80);
  if (given === '') return { problem: { text: texts.giveName, field: 'name' } };
  return { person: { name: given, personalIdentificationNumber: digits } };
}
