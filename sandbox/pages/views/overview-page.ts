import { html, type Html } from '../html.js';
import type { Texts } from '../texts/index.js';
import type { Page } from './layout.js';

/** A job in a person's overview. */
export interface OverviewEntry {
  readonly title: string;
  readonly sender: string;
  /** The page on which to read and sign, or to see the result. */
  readonly path: string;
  /** As text. Only for a pending signer. */
  readonly deadline?: string | undefined;
}

/** The jobs that a logged-in person can sign, or has signed. */
export function overviewPage(
  texts: Texts,
  content: {
    readonly name: string;
    readonly waiting: readonly OverviewEntry[];
    readonly signed: readonly (OverviewEntry & { readonly signedDocument?: string | undefined })[];
  },
): Page {
  const { name, waiting, signed } = content;
  return {
    title: texts.yourDocuments,
    loggedInAs: name,
    body: html`<h1>${texts.yourDocuments}</h1>
      <h2>${texts.toSign}</h2>
      ${
        waiting.length === 0
          ? html`<p class="lead">${texts.nothingToSign}</p>`
          : html`<ul class="jobs">
              ${waiting.map(
                (entry) =>
                  html`<li class="card">
                    ${about(texts, entry)}
                    <a class="primary" href="${entry.path}"
                      >${texts.openJob}<span class="unseen">: ${entry.title}</span></a
                    >
                  </li>`,
              )}
            </ul>`
      }
      ${
        signed.length > 0 &&
        html`<h2>${texts.signedByYou}</h2>
          <ul class="jobs">
            ${signed.map(
              (entry) =>
                html`<li class="card">
                  ${about(texts, entry)}
                  ${
                    entry.signedDocument !== undefined &&
                    html`<a href="${entry.signedDocument}"
                      >${texts.downloadSigned}<span class="unseen">: ${entry.title}</span></a
                    >`
                  }
                </li>`,
            )}
          </ul>`
      }`,
  };
}

function about(texts: Texts, { title, sender, deadline }: OverviewEntry): Html {
  return html`<div>
    <h3>${title}</h3>
    <p>${texts.fromSender(sender)}${deadline !== undefined && html`<br />${texts.deadline(deadline)}`}</p>
  </div>`;
}
