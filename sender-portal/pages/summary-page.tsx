import type { ComponentChildren, VNode } from 'preact';
import type { DraftSigner } from '../drafts/draft-content.js';
import type { Step } from '../drafts/draft-problems.js';
import { looksPersonal, planNotifications, type PlannedNotification } from '../drafts/notification-plan.js';
import { momentOfLocalTime } from '../drafts/portal-time.js';
import { Alert, Button, ErrorSummary } from './fields.js';
import { FormToken, Heading, type Page } from './layout.js';
import { momentIn, type PageContext } from './page-context.js';
import { DocumentFacts, DocumentPreview } from './document-preview.js';
import { StepList, type ShownDraft } from './step-page.js';

/** The summary, from which a job is sent. */
export function summaryPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content, documents, problems, isSending, notice } = draft;
  const days = Number(content.availableDays);
  const moment = momentOfLocalTime(content.sendAt);
  const form = (action: string, button: VNode): VNode => (
    <form method="post" action={`/drafts/${draft.id}/${action}`}>
      <FormToken context={context} />
      <input type="hidden" name="version" value={draft.version} />
      {button}
    </form>
  );
  return {
    title: texts.stepOf(4, texts.steps.summary),
    ...(problems.length > 0 && { status: 422 }),
    content: (
      <>
        <StepList current="summary" draft={draft} context={context} />
        <Heading title={texts.stepOf(4, texts.steps.summary)} lead={texts.summaryLead} />
        {isSending && <Alert color="warning">{texts.notSentYet}</Alert>}
        {notice !== undefined && <Alert color="danger">{notice}</Alert>}
        {(['notificationText', 'ownReference'] as const)
          .filter((name) => looksPersonal(content[name]))
          .map((name) => (
            <Alert key={name} color="warning">
              {`${texts[name]}: ${texts.looksPersonal}`}
            </Alert>
          ))}
        <ErrorSummary
          problems={problems}
          hrefOf={({ step, field }) => `/drafts/${draft.id}/${step}?check=yes#${field}`}
          context={context}
        />
        <SummarySection step="documents" draft={draft} context={context}>
          {documents.length === 0 ? (
            <p class="ds-paragraph">{texts.noDocumentsYet}</p>
          ) : (
            <ul class="ds-list portal-documents">
              {documents.map((document) => (
                <li key={document.id}>
                  {document.title}
                  <DocumentFacts document={document} context={context} />
                  <DocumentPreview jobId={draft.id} document={document} context={context} />
                </li>
              ))}
            </ul>
          )}
          <Facts
            facts={[
              [texts.deadline, Number.isNaN(days) ? content.availableDays : texts.days(days)],
              [texts.identification, texts.identifications[content.identifiedBy]],
            ]}
          />
        </SummarySection>
        <SummarySection step="signers" draft={draft} context={context}>
          <ul class="ds-list">
            {content.signers.map((signer, index) => (
              <li key={index}>
                {nameOf(signer, index, { content, texts })}
                {signer.onBehalfOf === 'OTHER' && (
                  <p class="ds-paragraph" data-size="sm">
                    {texts.onBehalfOf}
                  </p>
                )}
                {(signer.emailAddress + signer.mobileNumber).trim() !== '' && (
                  <p class="ds-paragraph" data-size="sm">
                    {texts.plannedNotifications}
                  </p>
                )}
                <ul class="ds-list">
                  {planNotifications(signer, days).map((planned, place) => (
                    <li key={place}>
                      {describePlanned(planned, { isLater: content.inOrder && index > 0, texts })}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
          {content.inOrder && <p class="ds-paragraph">{texts.inOrder}</p>}
          {content.signers.some(({ mobileNumber }) => mobileNumber.trim() !== '') && (
            <p class="ds-paragraph" data-size="sm">
              {texts.noSmsAtNight}
            </p>
          )}
        </SummarySection>
        <SummarySection step="information" draft={draft} context={context}>
          <Facts
            facts={[
              [texts.title, content.title],
              [texts.notificationText, content.notificationText],
              [texts.message, content.message],
              [texts.ownReference, content.ownReference],
              [texts.whenSent, moment === undefined ? texts.atOnce : momentIn(context.language, moment)],
            ]}
          />
        </SummarySection>
        {draft.sendsEmails !== undefined && (
          <p class="ds-paragraph">{draft.sendsEmails ? texts.emailsAreSent : texts.noEmailsAreSent}</p>
        )}
        <div class="portal-buttons">
          {form('send', <Button text={texts.send} />)}
          {!isSending && form('delete', <Button text={texts.deleteDraft} variant="tertiary" />)}
        </div>
      </>
    ),
  };
}

function SummarySection({
  step,
  draft,
  context,
  children,
}: {
  readonly step: Step;
  readonly draft: ShownDraft;
  readonly context: PageContext;
  readonly children: ComponentChildren;
}): VNode {
  const { texts } = context;
  return (
    <section class="ds-card portal-card" aria-labelledby={`summary-${step}`}>
      <h2 class="ds-heading" data-size="sm" id={`summary-${step}`}>
        {texts.steps[step]}
      </h2>
      {children}
      <a class="ds-link" href={`/drafts/${draft.id}/${step}`}>
        {texts.change(texts.steps[step].toLowerCase())}
      </a>
    </section>
  );
}

/** A signer's number in the list, and everything by which the service finds the person. */
function nameOf(
  { number, emailAddress, mobileNumber }: DraftSigner,
  index: number,
  { content, texts }: Pick<ShownDraft, 'content'> & Pick<PageContext, 'texts'>,
): string {
  const hasNumber = content.identifiedBy !== 'CONTACT_INFORMATION';
  const details = [hasNumber && number, emailAddress, mobileNumber].filter(Boolean);
  return details.length === 0
    ? texts.signerNumber(index + 1)
    : texts.plannedFor(index + 1, details.join(', '));
}

/** When a signer is notified or reminded. `isLater`: others sign before. */
function describePlanned(
  { channel, daysBeforeDeadline }: PlannedNotification,
  { isLater, texts }: { readonly isLater: boolean } & Pick<PageContext, 'texts'>,
): string {
  const by = channel === 'EMAIL' ? texts.byEmail : texts.bySms;
  const atFirst = isLater ? texts.onActivation : texts.onSending;
  return `${by}, ${daysBeforeDeadline === undefined ? atFirst : texts.daysBefore(daysBeforeDeadline)}`;
}

/** Terms and what they are; empty ones are left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }): VNode {
  return (
    <dl class="portal-facts">
      {facts
        .filter(([, text]) => text !== '')
        .map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}
