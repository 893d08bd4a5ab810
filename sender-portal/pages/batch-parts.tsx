import type { VNode } from 'preact';
import type { PortalBatch } from '../batches/batch-store.js';
import { parseDescribedBatch } from '../batches/described-batch.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { Button, FileField } from './fields.js';
import { FormToken } from './layout.js';
import { textOf, type PageContext } from './page-context.js';

/** Between two looks of a page at what changes, in milliseconds. */
export const LOOK_EVERY_MS = 5000;

export function titleOf({ title }: PortalBatch, { texts }: PageContext): string {
  return title === '' ? texts.untitled : title;
}

export function stateText({ row }: PortalBatch, { texts }: PageContext): string {
  const { stages, states, rowStates } = texts.batches;
  if (row.stage !== 'SENT') return stages[row.stage];
  const described = parseDescribedBatch(row.described);
  const isSending = described?.state !== 'RUNNING' || (described.counts['UNSENT'] ?? 0) > 0;
  return isSending ? textOf(states, described?.state ?? 'RUNNING') : rowStates.WAITING;
}

/** The mistake of a form without a table. */
export function tableProblem({ texts }: PageContext): FieldProblem {
  return { step: 'documents', field: 'table', text: texts.batches.chooseTable };
}

/** Uploads a table. With a draft: for a new batch. */
export function TableForm({
  action,
  draft,
  lacksTable = false,
  context,
}: {
  readonly action: string;
  readonly draft?: string;
  readonly lacksTable?: boolean;
  readonly context: PageContext;
}): VNode {
  const { batches: own } = context.texts;
  return (
    <form class="portal-form" method="post" action={action} encType="multipart/form-data" noValidate>
      <FormToken context={context} />
      {draft !== undefined && <input type="hidden" name="draft" value={draft} />}
      <FileField
        id="table"
        label={own.table}
        help={own.tableHelp}
        accept=".csv,text/csv"
        problems={lacksTable ? [tableProblem(context)] : []}
      />
      <div class="portal-buttons">
        <Button text={own.check} variant={draft === undefined ? 'secondary' : 'primary'} />
      </div>
    </form>
  );
}
