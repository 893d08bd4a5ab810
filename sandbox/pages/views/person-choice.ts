import { html, type Html } from '../html.js';
import type { Person } from '../../people.js';
import type { Texts } from '../texts/index.js';
import type { PageProblem } from './layout.js';

/** The value of the last choice, for which the fields beside it contain the person. */
export const ANOTHER_PERSON = 'another';

/** A choice of test people by name and national identity number, with fields for a person outside the list. */
export function personChoice(
  texts: Texts,
  content: {
    readonly legend: string;
    readonly people: readonly Person[];
    /** The person that the job is addressed to, selected by default. */
    readonly addressed?: Person | undefined;
    readonly problem?: PageProblem | undefined;
    readonly filledIn?: Readonly<Record<string, string>>;
  },
): Html {
  const { legend, people, addressed, problem, filledIn = {} } = content;
  const chosen = filledIn['person'] ?? addressed?.personalIdentificationNumber ?? firstOf(people);
  const wrong = (field: string): Html | false =>
    problem?.field === field && html`aria-invalid="true" aria-describedby="${field}-problem"`;
  const why = (field: string): Html | false =>
    problem?.field === field &&
    html`<span class="field-problem" id="${field}-problem">${problem.text}</span>`;
  return html`<fieldset id="person" tabindex="-1">
    <legend>${legend}</legend>
    ${why('person')}
    ${people.map(
      ({ name, personalIdentificationNumber: number }) =>
        html`<label class="option"
          ><input type="radio" name="person" value="${number}" ${number === chosen && html`checked`} /><span
            >${name} <span class="number">${number.slice(0, 6)} ${number.slice(6)}</span>${
              number === addressed?.personalIdentificationNumber &&
              html`<span class="aside">${texts.addressedTo}</span>`
            }</span
          ></label
        >`,
    )}
    <label class="option"
      ><input
        type="radio"
        name="person"
        value="${ANOTHER_PERSON}"
        ${chosen === ANOTHER_PERSON && html`checked`}
      /><span>${texts.anotherPerson}</span></label
    >
    <div class="another">
      <div>
        <label for="number">${texts.identityNumber}</label>
        <input
          id="number"
          name="number"
          inputmode="numeric"
          autocomplete="off"
          placeholder="${texts.identityNumberHint}"
          value="${filledIn['number']}"
          ${wrong('number')}
        />
        ${why('number')}
      </div>
      <div>
        <label for="name">${texts.fullName}</label>
        <input id="name" name="name" autocomplete="off" value="${filledIn['name']}" ${wrong('name')} />
        ${why('name')}
      </div>
    </div>
  </fieldset>`;
}

function firstOf(people: readonly Person[]): string {
  return people[0]?.personalIdentificationNumber ?? ANOTHER_PERSON;
}
