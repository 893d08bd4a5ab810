import type { VNode } from 'preact';
import type { PortalDocument } from '../jobs/document-store.js';
import { DocumentFacts, DocumentPreview } from './document-preview.js';
import { Button, Choice, Field, FileField } from './fields.js';
import type { Page } from './layout.js';
import type { PageContext } from './page-context.js';
import { StepPage, type ShownDraft } from './step-page.js';

export function documentsPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content, documents, problems } = draft;
  const choices = [
    ['CONTACT_INFORMATION', texts.byContactWarning],
    ['NUMBER', undefined],
    ['NUMBER_WITH_BIRTH_DATE', undefined],
  ] as const;
  const title = texts.stepOf(1, texts.steps.documents);
  return {
    title,
    content: (
      <StepPage step="documents" lead={texts.documentsLead} draft={draft} context={context} isMultipart>
        <div class="portal-drop" data-drop-files>
          <FileField
            id="files"
            label={texts.chooseFiles}
            help={texts.chooseFilesHelp}
            accept="application/pdf,.pdf"
            isMultiple
            problems={problems}
          />
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
          isShort
          problems={problems}
          context={context}
        />
        <fieldset class="ds-fieldset">
          <legend class="ds-label">{texts.identification}</legend>
          {choices.map(([value, help]) => (
            <Choice
              key={value}
              id={`identifiedBy-${value}`}
              type="radio"
              name="identifiedBy"
              value={value}
              label={texts.identifications[value]}
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
  const { id, title } = document;
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
      <DocumentFacts document={document} context={context} />
      <DocumentPreview jobId={draft.id} document={document} context={context} />
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
