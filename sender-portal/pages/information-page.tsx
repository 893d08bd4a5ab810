import { looksPersonal } from '../drafts/notification-plan.js';
import { Field, type FieldProps } from './fields.js';
import type { Page } from './layout.js';
import type { PageContext } from './page-context.js';
import { StepPage, type ShownDraft } from './step-page.js';

type InformationField = Omit<FieldProps, 'problems' | 'context' | 'value' | 'label' | 'help' | 'id'> & {
  readonly id: 'title' | 'notificationText' | 'message' | 'ownReference' | 'sendAt';
  /** It is shown without a log-in: it must hold no personal data. */
  readonly isOpen?: boolean;
};

const FIELDS: readonly InformationField[] = [
  { id: 'title', maxLength: 80 },
  { id: 'notificationText', maxLength: 80, isOptional: true, isOpen: true },
  { id: 'message', maxLength: 220, rows: 3, isOptional: true },
  { id: 'ownReference', maxLength: 50, isOptional: true, isOpen: true },
  { id: 'sendAt', type: 'datetime-local', isOptional: true },
];

export function informationPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content, problems } = draft;
  return {
    title: texts.stepOf(3, texts.steps.information),
    content: (
      <StepPage step="information" lead={texts.informationLead} draft={draft} context={context}>
        {FIELDS.map(({ id, isOpen = false, ...field }) => (
          <Field
            {...field}
            key={id}
            id={id}
            problems={problems}
            context={context}
            label={texts[id]}
            help={texts[`${id}Help`]}
            value={content[id]}
            warning={isOpen && looksPersonal(content[id]) ? texts.looksPersonal : undefined}
          />
        ))}
      </StepPage>
    ),
  };
}
