import { html } from '../html.js';
import type { Texts } from '../texts/index.js';
import type { Page } from './layout.js';

/** The page for the one-time code of a signer by contact information. Without the title, which may be sensitive. */
export function codePage(
  texts: Texts,
  content: { readonly sender: string; readonly action: string; readonly problem?: string | undefined },
): Page {
  const { problem } = content;
  return {
    title: texts.enterCode,
    problem: problem === undefined ? undefined : { text: problem, field: 'code' },
    body: html`<h1>${texts.enterCode}</h1>
      <p class="lead">${texts.enterCodeLead(content.sender)}</p>
      <form method="post" action="${content.action}" class="card">
        <label for="code">${texts.code}</label>
        <span class="hint" id="code-hint">${texts.codeHint}</span>
        ${problem !== undefined && html`<span class="field-problem" id="code-problem">${problem}</span>`}
        <input
          id="code"
          name="code"
          class="code"
          inputmode="numeric"
          autocomplete="one-time-code"
          required
          aria-describedby="code-hint${problem !== undefined && ' code-problem'}"
          ${problem !== undefined && html`aria-invalid="true"`}
        />
        <button class="primary">${texts.continue}</button>
      </form>`,
  };
}
