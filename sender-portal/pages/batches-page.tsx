import type { PortalBatch } from '../batches/batch-store.js';
import { namesOf, type BatchColumns } from '../batches/batch-template.js';
import type { PortalJob } from '../jobs/job-store.js';
import { stateText, TableForm, titleOf } from './batch-parts.js';
import { DataTable } from './data-table.js';
import { Heading, Moment, type Page } from './layout.js';
import { momentIn, type PageContext } from './page-context.js';

export function batchesPage(
  { batches, drafts }: { readonly batches: readonly PortalBatch[]; readonly drafts: readonly PortalJob[] },
  context: PageContext,
): Page {
  const { texts, language } = context;
  const { batches: own } = texts;
  return {
    title: own.title,
    content: (
      <>
        <Heading title={own.title} lead={own.lead} />
        <section class="ds-card portal-card" aria-labelledby="new-batch">
          <h2 class="ds-heading" data-size="sm" id="new-batch">
            {own.newBatch}
          </h2>
          <p class="ds-paragraph">{drafts.length === 0 ? own.noDrafts : own.chooseDraft}</p>
          {drafts.length > 0 && (
            <ul class="ds-list">
              {drafts.map(({ row, content }) => (
                <li key={row.id}>
                  <a class="ds-link" href={`/batches/new?draft=${row.id}`}>
                    {content.title === '' ? texts.untitled : content.title}
                  </a>{' '}
                  ({momentIn(language, row.changed_at)})
                </li>
              ))}
            </ul>
          )}
        </section>
        {batches.length === 0 ? (
          <p class="ds-paragraph">{own.none}</p>
        ) : (
          <DataTable
            label={own.title}
            columns={[own.batch, texts.reference, texts.status, texts.sentAt]}
            rows={batches.map((batch) => ({
              id: batch.row.id,
              cells: [
                <a class="ds-link" href={`/batches/${batch.row.id}`}>
                  {titleOf(batch, context)}
                </a>,
                batch.row.reference,
                stateText(batch, context),
                <Moment at={batch.row.sent_at} language={language} />,
              ],
            }))}
          />
        )}
      </>
    ),
  };
}

/** The argument of {@link newBatchPage}. */
export interface ShownNewBatch {
  readonly draft: PortalJob;
  readonly columns: BatchColumns;
  /** The form came without a file. */
  readonly lacksTable: boolean;
}

export function newBatchPage({ draft, columns, lacksTable }: ShownNewBatch, context: PageContext): Page {
  const { texts } = context;
  const { batches: own } = texts;
  const fixed = columns.signers.flatMap((signer, index) => (signer === undefined ? [String(index + 1)] : []));
  return {
    title: own.newBatch,
    ...(lacksTable && { status: 422 }),
    content: (
      <>
        <Heading title={own.newBatch} lead={own.newLead} />
        <dl class="portal-facts">
          <div>
            <dt>{own.template}</dt>
            <dd>
              <a class="ds-link" href={`/drafts/${draft.row.id}/documents`}>
                {draft.content.title === '' ? texts.untitled : draft.content.title}
              </a>
            </dd>
          </div>
          <div>
            <dt>{own.columnsNeeded}</dt>
            <dd>{namesOf(columns).join(', ')}</dd>
          </div>
        </dl>
        <p class="ds-paragraph">{own.columnsHelp}</p>
        {fixed.length > 0 && <p class="ds-paragraph">{own.fixedSigners(fixed)}</p>}
        <p class="ds-paragraph">
          <a class="ds-link" href={`/batches/example.csv?draft=${draft.row.id}`}>
            {own.downloadExample}
          </a>
        </p>
        <TableForm action="/batches" draft={draft.row.id} lacksTable={lacksTable} context={context} />
      </>
    ),
  };
}
