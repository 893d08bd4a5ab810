import type { ListedBatches } from '../batches/batch-store.js';
import { namesOf, type BatchColumns } from '../batches/batch-template.js';
import { MOST_LISTED, type PortalJob } from '../jobs/job-store.js';
import { stateText, tableProblem, TableForm, titleOf } from './batch-parts.js';
import { DataTable } from './data-table.js';
import { ErrorSummary } from './fields.js';
import { Heading, Moment, type Page } from './layout.js';
import type { PageContext } from './page-context.js';
import { numberedPages, PageLinks } from './page-links.js';

/** The argument of {@link batchesPage}. */
export interface ShownBatches extends ListedBatches {
  readonly page: number;
  /** The drafts that can be the template of a new batch, among the newest. */
  readonly templates: readonly PortalJob[];
  /** There are older drafts, which may be templates too. */
  readonly hasMoreDrafts: boolean;
}

export function batchesPage(
  { batches, hasMore, page, templates, hasMoreDrafts }: ShownBatches,
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
          <p class="ds-paragraph">{templates.length === 0 ? own.noDrafts : own.chooseDraft}</p>
          {templates.length > 0 && (
            <ul class="ds-list">
              {templates.map(({ row, content }) => (
                <li key={row.id}>
                  <a class="ds-link" href={`/batches/new?draft=${row.id}`}>
                    {content.title === '' ? texts.untitled : content.title}
                  </a>{' '}
                  (<Moment at={row.changed_at} language={language} />)
                </li>
              ))}
            </ul>
          )}
          {hasMoreDrafts && <p class="ds-paragraph">{texts.onlyNewest(MOST_LISTED)}</p>}
        </section>
        {batches.length === 0 ? (
          <p class="ds-paragraph">{page === 1 ? own.none : texts.nothingOnPage}</p>
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
                <span class="portal-whole">{batch.row.reference}</span>,
                stateText(batch, context),
                <Moment at={batch.row.sent_at} language={language} />,
              ],
            }))}
          />
        )}
        <PageLinks
          label={own.pages}
          links={numberedPages({
            path: '/batches',
            page,
            hasMore,
            before: texts.newer,
            behind: texts.older,
          })}
        />
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
        <ErrorSummary problems={lacksTable ? [tableProblem(context)] : []} context={context} />
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
