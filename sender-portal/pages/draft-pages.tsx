import type { ComponentChildren, VNode } from 'preact';
import type { DraftContent, DraftSigner } from '../drafts/draft-content.js';
import { STEPS, type FieldProblem, type Step } from '../drafts/draft-problems.js';
import { looksPersonal } from '../drafts/notification-plan.js';
import type { PortalDocument } from '../jobs/document-store.js';
import { Button, Choice, ErrorSummary, Field, Mistakes } from './fields.js';
import { FormToken, Heading, type Page } from './layout.js';
import type { PageContext } from './page-context.js';

/** A draft as the pages of its steps show it. */
export interface ShownDraft {
  readonly id: string;
  readonly version: number;
  /** An earlier send is not confirmed yet. */
  readonly isSending: boolean;
  /** Why the job was not sent. */
  readonly notice?: string;
  readonly content: DraftContent;
  readonly documents: readonly PortalDocument[];
  readonly problems: readonly FieldProblem[];
}

interface StepPageProps {
  readonly step: Step;
  readonly lead: string;
  readonly draft: ShownDraft;
  readonly context: PageContext;
  readonly isMultipart?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of a step: where one is, what must be corrected, the form, and its buttons. */
function StepPage({ step, lead, draft, context, isMultipart = false, children }: StepPageProps): VNode {
  const { texts } = context;
  const problems = draft.problems.filter((problem) => problem.step === step);
  const place = STEPS.indexOf(step) + 1;
  return (
    <>
      <StepList current={step} draft={draft} context={context} />
      <Heading title={texts.stepOf(place, texts.steps[step])} lead={lead} />
      <ErrorSummary problems={problems} context={context} />
      <form
        class="portal-form"
        method="post"
        action={`/drafts/${draft.id}/${step}`}
        encType={isMultipart ? 'multipart/form-data' : undefined}
        noValidate
      >
        <FormToken context={context} />
        <input type="hidden" name="version" value={draft.version} />
        {/* The button that Enter in a field presses: the first of the form. */}
        <button
          class="portal-hidden"
          type="submit"
          name="action"
          value="next"
          tabIndex={-1}
          aria-hidden="true"
        />
        {children}
        <div class="portal-buttons">
          {place > 1 && <Button action="back" text={texts.back} variant="secondary" />}
          <Button action="next" text={texts.next} />
        </div>
        <p class="ds-paragraph" data-size="sm">
          {texts.draftIsKept}
        </p>
      </form>
    </>
  );
}

/** The steps, with a link to each. */
export function StepList({
  current,
  draft,
  context,
}: {
  readonly current: Step | 'summary';
  readonly draft: ShownDraft;
  readonly context: PageContext;
}): VNode {
  const { texts } = context;
  return (
    <nav aria-label={texts.stepsOfJob}>
      <ol class="portal-steps">
        {[...STEPS, 'summary' as const].map((step) => (
          <li key={step}>
            <a
              class="ds-link"
              href={`/drafts/${draft.id}/${step}`}
              aria-current={step === current ? 'step' : undefined}
            >
              {texts.steps[step]}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function documentsPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content, documents, problems } = draft;
  const fileMistakes = problems.filter(({ field }) => field === 'files');
  const choices = [
    ['CONTACT_INFORMATION', texts.byContact, texts.byContactWarning],
    ['NUMBER', texts.byNumber, undefined],
    ['NUMBER_WITH_BIRTH_DATE', texts.byNumberWithBirthDate, undefined],
  ] as const;
  const title = texts.stepOf(1, texts.steps.documents);
  return {
    title,
    content: (
      <StepPage step="documents" lead={texts.documentsLead} draft={draft} context={context} isMultipart>
        <div class="portal-drop" data-drop-files>
          <div class="ds-field">
            <label class="ds-label" for="files">
              {texts.chooseFiles}
            </label>
            <div data-field="description" id="files-help">
              {texts.chooseFilesHelp}
            </div>
            <input
              class="ds-input"
              type="file"
              id="files"
              name="files"
              accept="application/pdf,.pdf"
              multiple
              aria-describedby={fileMistakes.length === 0 ? 'files-help' : 'files-help files-problem'}
              aria-invalid={fileMistakes.length === 0 ? undefined : 'true'}
            />
            <Mistakes id="files" mistakes={fileMistakes} />
          </div>
          <Button action="upload" text={texts.upload} variant="secondary" />
        </div>
        <section class="portal-section" aria-labelledby="uploaded">
          <h2 class="ds-heading" data-size="sm" id="uploaded">
            {texts.uploadedDocuments}
          </h2>
          {documents.length === 0 && <p class="ds-paragraph">{texts.noDocumentsYet}</p>}
          {documents.map((document) => (
            <DocumentCard key={document.id} document={document} draft={draft} context={context} />
          ))}
          {documents.length > 0 && documents.every(({ pdfA }) => pdfA !== undefined) && (
            <p class="ds-paragraph">{texts.allPdfA}</p>
          )}
        </section>
        <Field
          id="availableDays"
          label={texts.deadlineDays}
          help={texts.deadlineDaysHelp}
          value={content.availableDays}
          inputMode="numeric"
          maxLength={3}
          problems={problems}
          context={context}
        />
        <fieldset class="ds-fieldset">
          <legend class="ds-label">{texts.identification}</legend>
          {choices.map(([value, label, help]) => (
            <Choice
              key={value}
              id={`identifiedBy-${value}`}
              type="radio"
              name="identifiedBy"
              value={value}
              label={label}
              isChosen={content.identifiedBy === value}
              problems={problems}
              {...(help !== undefined && { help })}
            />
          ))}
        </fieldset>
      </StepPage>
    ),
  };
}

function DocumentCard({
  document,
  draft,
  context,
}: {
  readonly document: PortalDocument;
  readonly draft: ShownDraft;
  readonly context: PageContext;
}): VNode {
  const { texts } = context;
  const { id, title, pages, pdfA } = document;
  return (
    <div class="ds-card portal-card">
      <Field
        id={`title-${id}`}
        label={texts.documentTitle}
        value={title}
        maxLength={80}
        problems={draft.problems}
        context={context}
      />
      <p class="ds-paragraph" data-size="sm">
        {pages !== undefined && `${texts.pages(pages)}. `}
        {pdfA === undefined ? texts.notPdfA : texts.pdfA(pdfA)}
      </p>
      <details class="ds-details">
        <summary>{texts.preview}</summary>
        <div>
          <iframe
            class="portal-preview"
            title={texts.previewOf(title)}
            src={`/drafts/${draft.id}/files/${id}#page=1`}
            loading="lazy"
          />
        </div>
      </details>
      <Button
        action={`remove:${id}`}
        text={texts.remove}
        label={texts.removeDocument(title)}
        variant="tertiary"
        size="sm"
      />
    </div>
  );
}

export function signersPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content } = draft;
  return {
    title: texts.stepOf(2, texts.steps.signers),
    content: (
      <StepPage step="signers" lead={texts.signersLead} draft={draft} context={context}>
        {content.signers.map((signer, index) => (
          <SignerCard key={index} signer={signer} index={index} draft={draft} context={context} />
        ))}
        <div class="portal-buttons">
          <Button action="add" text={texts.addSigner} variant="secondary" />
          <Button action="myself" text={texts.addMyself} variant="secondary" />
        </div>
        <Choice
          id="inOrder"
          type="checkbox"
          name="inOrder"
          value="yes"
          label={texts.inOrder}
          help={texts.inOrderHelp}
          isChosen={content.inOrder}
        />
      </StepPage>
    ),
  };
}

function SignerCard({
  signer,
  index,
  draft,
  context,
}: {
  readonly signer: DraftSigner;
  readonly index: number;
  readonly draft: ShownDraft;
  readonly context: PageContext;
}): VNode {
  const { texts } = context;
  const { problems, content } = draft;
  const number = index + 1;
  const common = { problems, context };
  return (
    <fieldset class="ds-fieldset ds-card portal-card" id={`signer-${number}`} tabIndex={-1}>
      <legend class="ds-label">{texts.signerNumber(number)}</legend>
      {content.identifiedBy !== 'CONTACT_INFORMATION' && (
        <Field
          {...common}
          id={`signer-${index}-number`}
          label={texts.identityNumber}
          value={signer.number}
          inputMode="numeric"
          maxLength={20}
        />
      )}
      <Field
        {...common}
        id={`signer-${index}-emailAddress`}
        label={texts.emailAddress}
        type="email"
        value={signer.emailAddress}
        maxLength={200}
      />
      <Field
        {...common}
        id={`signer-${index}-mobileNumber`}
        label={texts.mobileNumber}
        type="tel"
        value={signer.mobileNumber}
        maxLength={30}
      />
      <Choice
        id={`signer-${index}-onBehalfOf`}
        type="checkbox"
        name={`signer-${index}-onBehalfOf`}
        value="OTHER"
        label={texts.onBehalfOf}
        isChosen={signer.onBehalfOf === 'OTHER'}
      />
      <div class="portal-buttons">
        {index > 0 && (
          <Button action={`up:${index}`} text="↑" label={texts.moveUp(number)} variant="tertiary" size="sm" />
        )}
        {index < content.signers.length - 1 && (
          <Button
            action={`down:${index}`}
            text="↓"
            label={texts.moveDown(number)}
            variant="tertiary"
            size="sm"
          />
        )}
        {content.signers.length > 1 && (
          <Button
            action={`remove:${index}`}
            text={texts.remove}
            label={texts.removeSigner(number)}
            variant="tertiary"
            size="sm"
          />
        )}
      </div>
    </fieldset>
  );
}

export function informationPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content } = draft;
  const common = { problems: draft.problems, context };
  const warningFor = (text: string): string | undefined =>
    looksPersonal(text) ? texts.looksPersonal : undefined;
  return {
    title: texts.stepOf(3, texts.steps.information),
    content: (
      <StepPage step="information" lead={texts.informationLead} draft={draft} context={context}>
        <Field
          {...common}
          id="title"
          label={texts.title}
          help={texts.titleHelp}
          value={content.title}
          maxLength={80}
        />
        <Field
          {...common}
          id="notificationText"
          label={texts.notificationText}
          help={texts.notificationTextHelp}
          value={content.notificationText}
          maxLength={80}
          isOptional
          warning={warningFor(content.notificationText)}
        />
        <Field
          {...common}
          id="message"
          label={texts.message}
          help={texts.messageHelp}
          value={content.message}
          maxLength={220}
          rows={3}
          isOptional
        />
        <Field
          {...common}
          id="ownReference"
          label={texts.ownReference}
          help={texts.ownReferenceHelp}
          value={content.ownReference}
          maxLength={50}
          isOptional
          warning={warningFor(content.ownReference)}
        />
        <Field
          {...common}
          id="sendAt"
          label={texts.sendAt}
          help={texts.sendAtHelp}
          type="datetime-local"
          value={content.sendAt}
          isOptional
        />
      </StepPage>
    ),
  };
}
