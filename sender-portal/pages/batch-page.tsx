import type { VNode } from 'preact';
import type { BatchRowResult } from '@signering/client';
import type { FoundInTable } from '../batches/batch-check.js';
import type { PortalBatch } from '../batches/batch-store.js';
import { columnsOfMistake, isMissingColumn, textOfMistake } from '../batches/mistake-texts.js';
import { reasonProblem, type CancellationForm } from './batch-orders.js';
import { LOOK_EVERY_MS, TableForm, titleOf } from './batch-parts.js';
import { Progress, ProgressPart } from './batch-progress.js';
import { DataTable } from './data-table.js';
import { Alert, Button, Choice, ErrorSummary } from './fields.js';
import { FormToken, Heading, type Page } from './layout.js';
import type { PageContext } from './page-context.js';

/** Mistakes that the page lists; the file has all. */
const MOST_MISTAKES = 200;

/** The argument of {@link batchPage}. */
export interface ShownBatch {
  readonly batch: PortalBatch;
  /** Of a batch that was sent: the rows of the page, and one more where others follow. */
  readonly rows: readonly BatchRowResult[];
  readonly page: number;
  /** Whether the person who made the batch gets an email about its end. Absent: not known now. */
  readonly sendsEmails?: boolean;
  /** Why the batch was not sent. */
  readonly problem?: 'WRONG_ROWS' | 'CHANGED';
  /** A cancellation that was refused for its reason. */
  readonly cancellation?: CancellationForm;
}

export function batchPage(shown: ShownBatch, context: PageContext): Page {
  const { batch, problem, cancellation } = shown;
  const { texts } = context;
  const { batches: own } = texts;
  const title = titleOf(batch, context);
  return {
    title,
    ...((problem ?? cancellation) !== undefined && { status: 422 }),
    content: (
      <>
        <Heading title={title} lead={own.referenceOf(batch.row.reference)} />
        <ErrorSummary
          problems={cancellation === undefined ? [] : [reasonProblem(context)]}
          context={context}
        />
        {problem !== undefined && (
          <Alert color="danger">
            <p class="ds-paragraph">{problem === 'CHANGED' ? own.changed : own.wrongRows}</p>
          </Alert>
        )}
        {batch.row.refusal !== null && (
          <Alert color="danger">
            <p class="ds-paragraph">{own.notSent(batch.row.refusal)}</p>
          </Alert>
        )}
        {batch.row.stage === 'SENT' ? (
          <>
            <Progress {...shown} context={context} />
            <LeftOut batch={batch} context={context} />
          </>
        ) : batch.found === undefined || batch.row.stage === 'SENDING' ? (
          <Working batch={batch} context={context} />
        ) : (
          <Checked {...shown} found={batch.found} context={context} />
        )}
      </>
    ),
  };
}

/** What changes on the page of a batch, for a page that is open. Nothing once the page has become another one. */
export function batchProgressPart(batch: PortalBatch, context: PageContext): VNode | undefined {
  if (batch.row.stage === 'SENT') return <ProgressPart batch={batch} context={context} />;
  return batch.found === undefined || batch.row.stage === 'SENDING' ? (
    <Working batch={batch} context={context} />
  ) : undefined;
}

function Working({ batch, context }: { readonly batch: PortalBatch; readonly context: PageContext }): VNode {
  const { batches: own } = context.texts;
  return (
    <div
      data-look-every={LOOK_EVERY_MS}
      data-look-at={`/batches/${batch.row.id}/progress`}
      id="progress"
      role="status"
    >
      <Alert color="info">
        <p class="ds-paragraph">{own.stages[batch.row.stage]}</p>
        <p class="ds-paragraph">
          <a class="ds-link" href={`/batches/${batch.row.id}`}>
            {own.look}
          </a>
        </p>
      </Alert>
    </div>
  );
}

interface CheckedProps extends Pick<ShownBatch, 'batch' | 'sendsEmails'> {
  readonly found: FoundInTable;
  readonly context: PageContext;
}

function Checked(props: CheckedProps): VNode {
  const { batch, found, context } = props;
  const { batches: own } = context.texts;
  const { id, template_id: template } = batch.row;
  const isRight = !found.isUnusable && found.wrong === 0 && found.right > 0;
  return (
    <>
      <Alert color={isRight && found.warnings === undefined ? 'success' : 'warning'}>
        <p class="ds-paragraph">{found.isUnusable ? own.unusable : own.found(found.right, found.wrong)}</p>
        {found.known > 0 && <p class="ds-paragraph">{own.known(found.known)}</p>}
        {found.unusedColumns.length > 0 && (
          <p class="ds-paragraph">{own.unusedColumns(found.unusedColumns.join(', '))}</p>
        )}
        {found.warnings?.map(({ kind, columns }) => (
          <p class="ds-paragraph">{own.ofSpreadsheet[kind](columns.join(', '))}</p>
        ))}
      </Alert>
      {found.mistakes.length > 0 && (
        <MistakesOfRows id={id} found={found} title={own.mistakes} context={context} />
      )}
      {!found.isUnusable && found.right > 0 && <SendForm {...props} />}
      <section class="portal-section" aria-labelledby="correct">
        <h2 class="ds-heading" data-size="sm" id="correct">
          {isRight ? own.checkAnother : own.correct}
        </h2>
        <p class="ds-paragraph">
          {own.checkAgainLead}{' '}
          <a class="ds-link" href={`/drafts/${template}/documents`}>
            {own.changeTemplate}
          </a>
        </p>
        <TableForm action={`/batches/${id}/table`} context={context} />
        <form method="post" action={`/batches/${id}/delete`}>
          <FormToken context={context} />
          <Button text={own.delete} variant="tertiary" />
        </form>
      </section>
    </>
  );
}

/** Rows of a batch that were not sent with it. */
function LeftOut({ batch, context }: Pick<CheckedProps, 'batch' | 'context'>): VNode | undefined {
  const { row, found } = batch;
  if (found === undefined || found.wrong === 0) return undefined;
  const { leftOut, leftOutLead } = context.texts.batches;
  const title = leftOut(found.wrong);
  return <MistakesOfRows id={row.id} found={found} title={title} lead={leftOutLead} context={context} />;
}

function MistakesOfRows({
  id,
  found,
  title,
  lead,
  context,
}: Pick<CheckedProps, 'found' | 'context'> & {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
}): VNode {
  const { texts } = context;
  const { batches: own } = texts;
  const hidden = Math.max(0, found.mistakes.length - MOST_MISTAKES) + (found.moreMistakes ?? 0);
  return (
    <section class="portal-section">
      <h2 class="ds-heading" data-size="sm">
        {title}
      </h2>
      {lead !== undefined && <p class="ds-paragraph">{lead}</p>}
      <DataTable
        label={title}
        columns={[own.row, own.column, own.mistake, own.detail]}
        rows={found.mistakes.slice(0, MOST_MISTAKES).map((mistake, index) => ({
          id: index,
          cells: [
            mistake.row ?? own.allRows,
            columnsOfMistake(mistake),
            textOfMistake(mistake, texts),
            !isMissingColumn(mistake) && <span lang="en">{mistake.message}</span>,
          ],
        }))}
      />
      {hidden > 0 && <p class="ds-paragraph">{own.moreMistakes(hidden)}</p>}
      <p class="ds-paragraph">
        <a class="ds-link" href={`/batches/${id}/mistakes.csv`}>
          {own.downloadMistakes}
        </a>
      </p>
    </section>
  );
}

function SendForm({ batch, found, context, sendsEmails }: CheckedProps): VNode {
  const { batches: own } = context.texts;
  return (
    <form class="ds-card portal-card" method="post" action={`/batches/${batch.row.id}/send`}>
      <FormToken context={context} />
      <input type="hidden" name="round" value={batch.row.round} />
      {found.wrong > 0 && (
        <Choice
          id="skipsWrong"
          type="checkbox"
          name="skipsWrong"
          value="yes"
          label={own.skipWrong(found.wrong)}
          isChosen={false}
        />
      )}
      <p class="ds-paragraph">{own.sendLead}</p>
      {sendsEmails !== undefined && (
        <p class="ds-paragraph">{sendsEmails ? own.emailIsSent : own.noEmailIsSent}</p>
      )}
      <Button text={own.send(found.right)} />
    </form>
  );
}
