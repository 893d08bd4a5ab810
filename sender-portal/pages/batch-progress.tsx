import type { VNode } from 'preact';
import { BATCH_ROW_STATES, type BatchRowResult } from '@signering/client';
import { parseDescribedBatch, type DescribedBatch } from '../batches/described-batch.js';
import { BatchOrders } from './batch-orders.js';
import type { ShownBatch } from './batch-page.js';
import { LOOK_EVERY_MS, stateText } from './batch-parts.js';
import { DataTable } from './data-table.js';
import { Moment } from './layout.js';
import { momentIn, type PageContext } from './page-context.js';
import { numberedPages, PageLinks } from './page-links.js';

/** Rows of a batch that its page shows at once. */
export const ROWS_ON_PAGE = 25;

/** How far a batch is, what a person can do with it, and its rows. */
export function Progress({
  batch,
  rows,
  page,
  cancellation,
  context,
}: ShownBatch & { readonly context: PageContext }): VNode {
  const { batches: own } = context.texts;
  const { id } = batch.row;
  const described = parseDescribedBatch(batch.row.described);
  const isOpen = described?.endedAt === undefined;
  return (
    <>
      <ProgressPart batch={batch} context={context} />
      {described !== undefined && isOpen && (
        <BatchOrders id={id} described={described} refused={cancellation} context={context} />
      )}
      <section class="portal-section">
        <h2 class="ds-heading" data-size="sm">
          {own.rows}
        </h2>
        <p class="ds-paragraph">
          <a class="ds-link" href={`/batches/${id}/results.csv`}>
            {own.downloadResults}
          </a>
        </p>
        <Rows id={id} rows={rows} page={page} context={context} />
      </section>
    </>
  );
}

/** How far a batch is: an open page looks again at this part alone. */
export function ProgressPart({
  batch,
  context,
}: Pick<ShownBatch, 'batch'> & { readonly context: PageContext }): VNode {
  const { texts, language } = context;
  const { batches: own } = texts;
  const { id } = batch.row;
  const described = parseDescribedBatch(batch.row.described);
  const isOpen = described?.endedAt === undefined;
  return (
    <section
      class="portal-section"
      id="progress"
      aria-labelledby="state"
      aria-live="polite"
      data-look-every={isOpen ? LOOK_EVERY_MS : undefined}
      data-look-at={`/batches/${id}/progress`}
    >
      <h2 class="ds-heading" data-size="sm" id="state">
        {stateText(batch, context)}
      </h2>
      {described === undefined ? (
        <p class="ds-paragraph">{texts.stateIsOld}</p>
      ) : (
        <Counts described={described} context={context} />
      )}
      <p class="ds-paragraph" data-size="sm">
        {own.notInOverviews}{' '}
        {batch.row.checked_at !== null && own.asOf(momentIn(language, batch.row.checked_at))}{' '}
        {isOpen && (
          <a class="ds-link" href={`/batches/${id}`}>
            {own.look}
          </a>
        )}
      </p>
    </section>
  );
}

function Counts({
  described,
  context,
}: {
  readonly described: DescribedBatch;
  readonly context: PageContext;
}): VNode {
  const { texts, language } = context;
  const { batches: own } = texts;
  const { rows, sent, counts, allSentAt, paused } = described;
  const shown = BATCH_ROW_STATES.map((state) => ({ state, count: counts[state] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
  return (
    <>
      <progress class="portal-progress" max={rows} value={sent} aria-label={own.sent} />
      <dl class="portal-facts">
        <div>
          <dt>{own.rows}</dt>
          <dd>{rows}</dd>
        </div>
        <div>
          <dt>{own.sent}</dt>
          <dd>{sent}</dd>
        </div>
        {shown.map(({ state, count }) => (
          <div key={state}>
            <dt>{own.rowStates[state]}</dt>
            <dd>{count}</dd>
          </div>
        ))}
        {allSentAt !== undefined && (
          <div>
            <dt>{own.allSentAt}</dt>
            <dd>{momentIn(language, allSentAt)}</dd>
          </div>
        )}
        {paused !== undefined && (
          <div>
            <dt>{own.pausedAt}</dt>
            <dd>{momentIn(language, paused.at)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Rows({
  id,
  rows,
  page,
  context,
}: {
  readonly id: string;
  readonly rows: readonly BatchRowResult[];
  readonly page: number;
  readonly context: PageContext;
}): VNode {
  const { texts, language } = context;
  const { batches: own } = texts;
  // A table that is sent later under the same reference of the batch has rows with the same numbers.
  const placed = rows
    .slice(0, ROWS_ON_PAGE)
    .map((row, index) => ({ ...row, place: (page - 1) * ROWS_ON_PAGE + index + 1 }));
  return (
    <>
      <DataTable
        label={own.rows}
        columns={[own.row, texts.reference, texts.status, texts.endedAt, texts.documents]}
        rows={placed.map((row) => ({
          id: row.place,
          cells: [
            row.row,
            row.reference,
            own.rowStates[row.state],
            <Moment at={row.endedAt} language={language} />,
            row.state === 'SIGNED' && (
              <a class="ds-link" href={`/batches/${id}/rows/${row.place}/signed.pdf`}>
                {own.signedOf(row.reference)}
              </a>
            ),
          ],
        }))}
      />
      <PageLinks
        label={own.pagesOfRows}
        links={numberedPages({
          path: `/batches/${id}`,
          page,
          hasMore: rows.length > ROWS_ON_PAGE,
          before: own.previousRows,
          behind: own.nextRows,
        })}
      />
    </>
  );
}
