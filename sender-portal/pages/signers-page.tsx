import type { VNode } from 'preact';
import type { DraftSigner } from '../drafts/draft-content.js';
import { Button, Choice, Field } from './fields.js';
import type { Page } from './layout.js';
import type { PageContext } from './page-context.js';
import { StepPage, type ShownDraft } from './step-page.js';

export function signersPage(draft: ShownDraft, context: PageContext): Page {
  const { texts } = context;
  const { content } = draft;
  return {
    title: texts.stepOf(2, texts.steps.signers),
    content: (
      <StepPage step="signers" lead={texts.signersLead} draft={draft} context={context}>
        <p class="portal-hidden" role="status" data-announcement>
          {draft.moved === undefined ? '' : texts.movedTo(draft.moved, content.signers.length)}
        </p>
        <div class="portal-signers" data-drag-list={texts.movedTo('#', content.signers.length)}>
          {content.signers.map((signer, index) => (
            <SignerCard key={index} signer={signer} index={index} draft={draft} context={context} />
          ))}
        </div>
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
  const count = content.signers.length;
  const fields = [
    ['number', { label: texts.identityNumber, inputMode: 'numeric', maxLength: 20 }],
    ['emailAddress', { label: texts.emailAddress, type: 'email', maxLength: 200 }],
    ['mobileNumber', { label: texts.mobileNumber, type: 'tel', maxLength: 30 }],
  ] as const;
  const asked = content.identifiedBy === 'CONTACT_INFORMATION' ? fields.slice(1) : fields;
  return (
    <fieldset class="ds-fieldset ds-card portal-card" id={`signer-${number}`} tabIndex={-1} data-drag-item>
      <legend class="ds-label">{texts.signerNumber(number)}</legend>
      {count > 1 && (
        <span class="portal-handle" data-drag-handle title={texts.drag} aria-hidden="true" hidden>
          ⠿
        </span>
      )}
      {asked.map(([name, field]) => (
        <Field
          {...field}
          key={name}
          id={`signer-${index}-${name}`}
          value={signer[name]}
          problems={problems}
          context={context}
        />
      ))}
      <Choice
        id={`signer-${index}-onBehalfOf`}
        type="checkbox"
        name={`signer-${index}-onBehalfOf`}
        value="OTHER"
        label={texts.onBehalfOf}
        isChosen={signer.onBehalfOf === 'OTHER'}
      />
      {count > 1 && (
        <div class="portal-buttons">
          {buttonsOf(index, count, texts).map(([action, text, label]) => (
            <Button key={action} action={action} text={text} label={label} variant="tertiary" size="sm" />
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** What can be done with a signer: action, text and name of each button. */
function buttonsOf(
  index: number,
  count: number,
  texts: PageContext['texts'],
): readonly (readonly [string, string, string])[] {
  const number = index + 1;
  return [
    ...(index > 0 ? [[`up:${index}`, `↑ ${texts.up}`, texts.moveUp(number)] as const] : []),
    ...(index < count - 1 ? [[`down:${index}`, `↓ ${texts.down}`, texts.moveDown(number)] as const] : []),
    ...(count > 1 ? [[`remove:${index}`, texts.remove, texts.removeSigner(number)] as const] : []),
  ];
}
