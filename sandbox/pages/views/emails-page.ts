import type { CaughtEmail } from '../../emails/caught-emails.js';
import { html } from '../html.js';
import type { Texts } from '../texts/index.js';
import type { Page } from './layout.js';

/** The emails that workers sent to people of senders, the newest first. */
export function emailsPage(texts: Texts, emails: readonly CaughtEmail[]): Page {
  return {
    title: texts.emails,
    body: html`<h1>${texts.emails}</h1>
      <p class="lead">${emails.length === 0 ? texts.noEmails : texts.emailsLead}</p>
      <ul class="jobs">
        ${emails.toReversed().map(
          ({ realAt, to, subject, text }) =>
            html`<li class="card">
              <div>
                <h2>${subject}</h2>
                <p>${texts.emailTo(to.join(', '))}<br />${texts.time(new Date(realAt))}</p>
                ${text.split(/\n{2,}/u).map((paragraph) => html`<p>${linesOf(paragraph)}</p>`)}
              </div>
            </li>`,
        )}
      </ul>`,
  };
}

function linesOf(paragraph: string) {
  return paragraph
    .trim()
    .split('\n')
    .map((line, index) => html`${index > 0 && html`<br />`}${line}`);
}
