import { needsNameLookup } from '../../ceremony/needs-name-lookup.js';
import { deadlineOf } from '../../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../../jobs/job.js';
import { senderName } from '../../organizations.js';
import { personOf, TEST_PEOPLE } from '../../people.js';
import { html, type Html } from '../html.js';
import type { Texts } from '../texts/index.js';
import type { Page, PageProblem } from './layout.js';
import { personChoice } from './person-choice.js';

/** The content of the ceremony page. */
export interface CeremonyContent {
  readonly job: SandboxJob;
  readonly signer: JobSigner;
  /** The path of the ceremony; documents and acts are below it. */
  readonly path: string;
  readonly loggedInAs?: string | undefined;
  readonly problem?: PageProblem | undefined;
  readonly filledIn?: Readonly<Record<string, string>>;
}

/** The ceremony page: sender, job, documents, and forms to sign, reject or fail. */
export function ceremonyPage(texts: Texts, content: CeremonyContent): Page {
  const { job, signer, path, problem, loggedInAs } = content;
  const { title, description } = job.manifest;
  return {
    title,
    problem,
    loggedInAs,
    body: html`<p class="kicker">${texts.asksYouToSign(senderName(job.organizationNumber))}</p>
      <h1>${title}</h1>
      ${
        description !== undefined &&
        description !== '' &&
        html`<section aria-labelledby="message" class="letter">
          <h2 id="message">${texts.message}</h2>
          <p class="description">${description}</p>
        </section>`
      }
      ${facts(texts, job, signer)} ${documents(texts, job, path)} ${signForm(texts, content)}
      <section aria-labelledby="reject" class="quiet">
        <h2 id="reject">${texts.reject}</h2>
        <p>${texts.rejectLead}</p>
        <form method="post" action="${path}/reject"><button>${texts.rejectButton}</button></form>
      </section>
      <section aria-labelledby="failure" class="quiet">
        <h2 id="failure">${texts.tryFailure}</h2>
        <p>${texts.tryFailureLead}</p>
        <div class="buttons">
          <form method="post" action="${path}/fail"><button>${texts.failButton}</button></form>
          ${
            needsNameLookup(job, signer) &&
            html`<form method="post" action="${path}/lose-name">
              <button>${texts.loseNameButton}</button>
            </form>`
          }
        </div>
      </section>`,
  };
}

function facts(texts: Texts, job: SandboxJob, signer: JobSigner): Html {
  const deadline = deadlineOf(job);
  const rows = [
    [
      texts.sender,
      `${senderName(job.organizationNumber)}, ${texts.organizationNumber(job.organizationNumber)}`,
    ],
    [texts.behalfTerm, signer.asked.onBehalfOf === 'OTHER' ? texts.behalfOther : texts.behalfSelf],
    [texts.signatureTerm, needsNameLookup(job, signer) ? texts.authenticated : texts.advanced],
    ...(deadline === undefined ? [] : [[texts.deadlineTerm, texts.time(new Date(deadline))]]),
  ];
  return html`<dl class="facts">
    ${rows.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function documents(texts: Texts, job: SandboxJob, path: string): Html {
  const count = job.documents.length;
  return html`<section aria-labelledby="documents">
    <h2 id="documents">${texts.documents(count)}</h2>
    ${job.documents.map(
      ({ title, mediaType }, index) =>
        html`<article class="document">
          <header>
            <h3>${title}</h3>
            ${count > 1 && html`<span class="place">${texts.documentPlace(index + 1, count)}</span>`}
            <a href="${path}/documents/${index + 1}" target="_blank"
              >${texts.openDocument}<span class="unseen">: ${title}</span></a
            >
          </header>
          <iframe
            class="${mediaType === 'text/plain' ? 'text' : 'pdf'}"
            src="${path}/documents/${index + 1}#navpanes=0&amp;view=FitH"
            title="${texts.documentFrame(title)}"
            tabindex="0"
          ></iframe>
        </article>`,
    )}
  </section>`;
}

function signForm(texts: Texts, { job, signer, path, problem, filledIn = {} }: CeremonyContent): Html {
  const number = signer.asked.personalIdentificationNumber;
  const addressed = number === undefined ? undefined : personOf(number);
  const others = TEST_PEOPLE.filter((person) => person.personalIdentificationNumber !== number);
  const isConsentMissing = problem?.field === 'consent';
  return html`<section aria-labelledby="sign" class="card">
    <h2 id="sign">${texts.sign}</h2>
    <form method="post" action="${path}/sign">
      ${personChoice(texts, {
        legend: texts.signAs,
        people: addressed === undefined ? others : [addressed, ...others],
        addressed,
        problem,
        filledIn,
      })}
      ${isConsentMissing && html`<span class="field-problem" id="consent-problem">${problem.text}</span>`}
      <label class="option consent"
        ><input
          type="checkbox"
          id="consent"
          name="consent"
          value="yes"
          required
          ${filledIn['consent'] === 'yes' && html`checked`}
          ${isConsentMissing && html`aria-invalid="true" aria-describedby="consent-problem"`}
        /><span>${texts.consent(job.documents.length)}</span></label
      >
      <button class="primary">${texts.signButton}</button>
    </form>
  </section>`;
}
