import type { ComponentChildren, VNode } from 'preact';
import type { DraftContent } from '../drafts/draft-content.js';
import { STEPS, type FieldProblem, type Step } from '../drafts/draft-problems.js';
import type { PortalDocument } from '../jobs/document-store.js';
import { Button, ErrorSummary } from './fields.js';
import { FormToken, Heading } from './layout.js';
import type { PageContext } from './page-context.js';

/** A draft as the pages of its steps show it. */
export interface ShownDraft {
  readonly id: string;
  readonly version: number;
  /** An earlier send is not confirmed yet. */
  readonly isSending: boolean;
  /** Whether the person who made the job gets emails about it. Absent while that is not known. */
  readonly sendsEmails?: boolean;
  /** Why the job was not sent. */
  readonly notice?: string;
  readonly content: DraftContent;
  readonly documents: readonly PortalDocument[];
  readonly problems: readonly FieldProblem[];
  /** The form shows what was typed and is not saved. */
  readonly isUnsaved?: boolean;
  /** The place to which a signer was just moved. */
  readonly moved?: number;
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
export function StepPage({
  step,
  lead,
  draft,
  context,
  isMultipart = false,
  children,
}: StepPageProps): VNode {
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
        data-ask-before-leaving={draft.isUnsaved === true ? 'unsaved' : ''}
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
          {place > 1 ? texts.draftIsKept : texts.draftIsKeptOnward}
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
