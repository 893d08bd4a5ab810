import { html, type Html } from '../html.js';
import type { Texts } from '../texts/index.js';

/** The content of a page, without the layout. */
export interface Page {
  /** For the browser's tab. */
  readonly title: string;
  readonly body: Html;
  /** The logged-in person. */
  readonly loggedInAs?: string | undefined;
  /** The problem to correct, shown first and in the title. */
  readonly problem?: PageProblem | undefined;
  /** HTTP status. @default 200, 422 with a problem */
  readonly status?: number;
}

/** A problem to correct, and its field. */
export interface PageProblem {
  readonly text: string;
  /** The id of the field. */
  readonly field?: string;
}

/** Renders a page with the layout. `path` is the page's path for GET, for the language link. */
export function layOut(page: Page, { texts, path }: { readonly texts: Texts; readonly path: string }): Html {
  const other = texts.lang === 'nb' ? 'en' : 'nb';
  const { problem, loggedInAs } = page;
  const title = `${problem === undefined ? '' : `${texts.errorPrefix}: `}${page.title} – ${texts.brand}`;
  return html`<!doctype html>
    <html lang="${texts.lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/pages/style.css" />
        <link rel="icon" href="/pages/icon.svg" />
      </head>
      <body>
        <a class="skip" href="#content">${texts.skipToContent}</a>
        <header>
          <div class="top">
            <a class="brand" href="/pages">${texts.brand}</a>
            <div class="top-actions">
              ${
                loggedInAs !== undefined &&
                html`<span>${texts.loggedInAs(loggedInAs)}</span>
                  <form method="post" action="/pages/log-out">
                    <button class="plain">${texts.logOut}</button>
                  </form>`
              }
              <a
                href="/pages/language/${other}?back=${encodeURIComponent(path)}"
                lang="${other}"
                hreflang="${other}"
                >${texts.otherLanguage}</a
              >
            </div>
          </div>
          <p class="notice">${texts.testNotice}</p>
        </header>
        <main id="content" tabindex="-1">
          ${
            problem !== undefined &&
            html`<div class="problem" role="alert">
              <h2>${texts.errorHeading}</h2>
              <p>
                ${
                  problem.field === undefined
                    ? problem.text
                    : html`<a href="#${problem.field}">${problem.text}</a>`
                }
              </p>
            </div>`
          }
          ${page.body}
        </main>
      </body>
    </html> `;
}
