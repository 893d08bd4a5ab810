import type { VNode } from 'preact';
import type { DescribedBatch } from '../batches/described-batch.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { Button, Choice, Field } from './fields.js';
import { FormToken } from './layout.js';
import type { PageContext } from './page-context.js';

/** What was written and chosen in the form of a cancellation. */
export interface CancellationForm {
  readonly reason: string;
  /** Jobs that were sent are cancelled too. */
  readonly sentToo: boolean;
}

/** The mistake of a cancellation that was refused. */
export function reasonProblem({ texts }: PageContext): FieldProblem {
  return { step: 'information', field: 'reason', text: texts.problems.reason };
}

/** What a person orders of a batch that was sent: pause, go on, cancel. */
export function BatchOrders({
  id,
  described,
  refused,
  context,
}: {
  readonly id: string;
  readonly described: DescribedBatch;
  /** The cancellation that was refused for its reason. */
  readonly refused: CancellationForm | undefined;
  readonly context: PageContext;
}): VNode {
  const { texts } = context;
  const { batches: own } = texts;
  const order = described.state === 'PAUSED' ? 'resume' : 'pause';
  const canPause = described.state !== 'CANCELLED' && (described.counts['UNSENT'] ?? 0) > 0;
  return (
    <>
      {canPause && (
        <form method="post" action={`/batches/${id}/${order}`}>
          <FormToken context={context} />
          <Button text={order === 'pause' ? own.pause : own.resume} variant="secondary" />
        </form>
      )}
      <details class="ds-details" open={refused !== undefined}>
        <summary>{own.cancel}</summary>
        <div>
          <form class="portal-form" method="post" action={`/batches/${id}/cancel`} noValidate>
            <FormToken context={context} />
            <p class="ds-paragraph">{own.cancelLead}</p>
            <Field
              id="reason"
              label={texts.cancelReason}
              help={texts.cancelReasonHelp}
              value={refused?.reason ?? ''}
              maxLength={200}
              problems={refused === undefined ? [] : [reasonProblem(context)]}
              context={context}
            />
            <Choice
              id="sentToo"
              type="checkbox"
              name="sentToo"
              value="yes"
              label={own.cancelSentToo}
              isChosen={refused?.sentToo === true}
            />
            <div class="portal-buttons">
              <Button text={own.cancel} variant="secondary" />
            </div>
          </form>
        </div>
      </details>
    </>
  );
}
