import { html } from '../html.js';
import type { Person } from '../../people.js';
import type { Texts } from '../texts/index.js';
import type { Page, PageProblem } from './layout.js';
import { personChoice } from './person-choice.js';

/** The log-in page, on which people choose a person. */
export function logInPage(
  texts: Texts,
  content: {
    readonly people: readonly Person[];
    /** The path of the next page. */
    readonly next: string;
    readonly problem?: PageProblem | undefined;
    readonly filledIn?: Readonly<Record<string, string>>;
  },
): Page {
  const { people, next, problem, filledIn = {} } = content;
  const level = filledIn['level'] ?? '4';
  return {
    title: texts.logIn,
    problem,
    body: html`<h1>${texts.logIn}</h1>
      <p class="lead">${texts.logInLead}</p>
      <form method="post" action="/pages/log-in" class="card">
        <input type="hidden" name="next" value="${next}" />
        ${personChoice(texts, { legend: texts.person, people, problem, filledIn })}
        <fieldset>
          <legend>${texts.eId}</legend>
          <label class="option"
            ><input type="radio" name="level" value="4" ${level === '4' && html`checked`} /><span
              >${texts.levelFour}</span
            ></label
          >
          <label class="option"
            ><input type="radio" name="level" value="3" ${level === '3' && html`checked`} /><span
              >${texts.levelThree}</span
            ></label
          >
        </fieldset>
        <button class="primary">${texts.logInButton}</button>
      </form>`,
  };
}
