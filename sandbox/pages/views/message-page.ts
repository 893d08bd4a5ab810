import { html } from '../html.js';
import type { Texts } from '../texts/index.js';
import type { Page } from './layout.js';

/** A page with one message, such as that the page does not exist. */
export function messagePage(
  message: { readonly heading: string; readonly lead: string },
  options: {
    readonly status?: number;
    readonly loggedInAs?: string | undefined;
    readonly links?: readonly { readonly text: string; readonly path: string }[];
  } = {},
): Page {
  const { status, loggedInAs, links = [] } = options;
  return {
    title: message.heading,
    loggedInAs,
    ...(status === undefined ? {} : { status }),
    body: html`<div class="message">
      <h1>${message.heading}</h1>
      <p class="lead">${message.lead}</p>
      ${links.map(({ text, path }, index) => html`<p><a class="${index === 0 ? 'primary' : 'secondary'}" href="${path}">${text}</a></p>`)}
    </div>`,
  };
}

/** The page for a missing page or missing access; both look the same. */
export function notFoundPage(texts: Texts): Page {
  return messagePage(texts.notFound, { status: 404, links: [{ text: texts.logIn, path: '/pages' }] });
}
