import type { VNode } from 'preact';
import type { Overview } from '../database/tables.js';
import { parseKeptState, type KeptState } from '../jobs/described-state.js';
import { MOST_LISTED, type PortalJob } from '../jobs/job-store.js';
import type { SearchKind } from '../database/sealing.js';
import { refusalTextOf } from '../drafts/draft-problems.js';
import { DataTable } from './data-table.js';
import { Button, Field } from './fields.js';
import { Heading, LiveStatus, Moment, type Page } from './layout.js';
import { textOf, type PageContext } from './page-context.js';
import { numberedPages, PageLinks } from './page-links.js';

/** What an overview shows. */
export interface ShownOverview {
  readonly overview: Overview;
  readonly jobs: readonly PortalJob[];
  readonly drafts: readonly PortalJob[];
  readonly page: number;
  readonly hasMore: boolean;
}

export function overviewPage(
  { overview, jobs, drafts, page, hasMore }: ShownOverview,
  context: PageContext,
): Page {
  const { texts } = context;
  const path = `/${overview.toLowerCase()}`;
  const [title, lead] = {
    WAITING: [texts.waiting, texts.waitingLead],
    STOPPED: [texts.stopped, texts.stoppedLead],
    SIGNED: [texts.signed, texts.signedLead],
  }[overview] as [string, string];
  return {
    title,
    content: (
      <>
        <Heading title={title} lead={lead} />
        <LiveStatus path={`${path}/live?page=${page}`} context={context} />
        <div data-live="drafts">{drafts.length > 0 && <Drafts drafts={drafts} context={context} />}</div>
        <div data-live="jobs">
          {jobs.length === 0 ? (
            <p class="ds-paragraph">{page === 1 ? texts.noJobs : texts.nothingOnPage}</p>
          ) : (
            <JobTable jobs={jobs} overview={overview} context={context} />
          )}
          <PageLinks
            label={texts.pagesOfOverview}
            links={numberedPages({ path, page, hasMore, before: texts.newer, behind: texts.older })}
          />
        </div>
      </>
    ),
  };
}

function Drafts({
  drafts,
  context,
}: {
  readonly drafts: readonly PortalJob[];
  readonly context: PageContext;
}): VNode {
  const { texts, language } = context;
  return (
    <section class="ds-card portal-card" aria-labelledby="drafts">
      <h2 class="ds-heading" data-size="sm" id="drafts">
        {texts.drafts}
      </h2>
      <ul class="ds-list">
        {drafts.slice(0, MOST_LISTED).map(({ row, content, unreadable }) => (
          <li key={row.id}>
            <a class="ds-link" href={`/drafts/${row.id}/documents`}>
              {content.title === '' ? texts.untitled : content.title}
            </a>{' '}
            (<Moment at={row.changed_at} language={language} />)
            {row.stage === 'SENDING' && ` ${texts.notSentYet}`}
            {row.refusal !== null && ` ${refusalTextOf(row.refusal, texts)}`}
            {unreadable !== undefined && ` ${texts.unreadable(unreadable)}`}
          </li>
        ))}
      </ul>
      <OnlyNewest of={drafts} context={context} />
    </section>
  );
}

/** Says that a list leaves some out. */
function OnlyNewest({
  of,
  context,
}: {
  readonly of: readonly PortalJob[];
  readonly context: PageContext;
}): VNode | null {
  if (of.length <= MOST_LISTED) return null;
  return <p class="ds-paragraph">{context.texts.onlyNewest(MOST_LISTED)}</p>;
}

interface JobTableProps {
  readonly jobs: readonly PortalJob[];
  /** Absent: jobs of every overview. */
  readonly overview?: Overview;
  readonly context: PageContext;
}

function JobTable({ jobs, overview, context }: JobTableProps): VNode {
  const { texts, language } = context;
  const isWaiting = overview === 'WAITING';
  const ended = isWaiting ? texts.deadline : texts.endedAt;
  return (
    <DataTable
      label={texts.job}
      columns={[
        ...[texts.job, texts.reference, texts.sentAt, texts.status],
        ...(isWaiting ? [texts.waitsFor] : []),
        ...(overview === 'STOPPED' ? [texts.why] : []),
        ended,
      ]}
      rows={jobs.map(({ row, content, unreadable }) => {
        const state = parseKeptState(row.described);
        return {
          id: row.id,
          cells: [
            <>
              <a class="ds-link portal-title" href={`/jobs/${row.id}`}>
                {content.title === '' ? texts.untitled : content.title}
              </a>
              {unreadable !== undefined && ` ${texts.unreadable(unreadable)}`}
            </>,
            row.reference,
            <Moment at={row.sent_at} language={language} />,
            <StateTag state={state} context={context} />,
            ...(isWaiting ? [waitsFor(state, context)] : []),
            ...(overview === 'STOPPED' ? [whyStopped(state, context)] : []),
            <Moment at={isWaiting ? row.deadline : row.ended_at} language={language} />,
          ],
        };
      })}
    />
  );
}

/** The state of a job in a word, coloured. */
export function StateTag({
  state,
  context,
}: {
  readonly state: KeptState | undefined;
  readonly context: PageContext;
}): VNode {
  const word = state?.state ?? 'CREATING';
  const color =
    word === 'SIGNED' ? 'success' : ['REJECTED', 'EXPIRED', 'FAILED'].includes(word) ? 'danger' : 'info';
  return (
    <span class="ds-tag" data-color={color}>
      {textOf(context.texts.states, word)}
    </span>
  );
}

function waitsFor(state: KeptState | undefined, { texts }: PageContext): string {
  const numbers = state?.waitingFor ?? [];
  return numbers.length === 0 ? texts.waitsForSystem : texts.waitsForSigners(numbers.map(String));
}

/** Statuses of signers that say nothing of why a job ended early. */
const NO_REASON: readonly string[] = ['WAITING', 'SIGNED', 'CANCELLED', 'NOT_APPLICABLE'];

/** The signers who ended a job, and how. None for a cancelled job, of which the state says enough. */
function whyStopped(state: KeptState | undefined, { texts }: PageContext): string {
  return (state?.signers ?? [])
    .filter(({ status }) => !NO_REASON.includes(status))
    .map(({ signer, status }) => texts.signerDid(signer, textOf(texts.signerStatuses, status)))
    .join(', ');
}

/** What a person searches for. */
export interface SearchForm {
  readonly kind: Exclude<SearchKind, 'PERSON' | 'SUBJECT'>;
  readonly text: string;
  readonly from: string;
  readonly until: string;
}

/** @param found absent: nothing was searched for yet */
export function searchPage(
  form: SearchForm,
  found: readonly PortalJob[] | undefined,
  context: PageContext,
): Page {
  const { texts } = context;
  const common = { problems: [], context };
  return {
    title: texts.search,
    content: (
      <>
        <Heading title={texts.search} lead={texts.searchLead} />
        {/* Sent by POST: an address with an identity number would stand in logs and in the browser's history. */}
        <form class="portal-form" method="post" action="/search">
          <input type="hidden" name="formToken" value={context.person?.formToken} />
          <div class="ds-field">
            <label class="ds-label" for="kind">
              {texts.searchFor}
            </label>
            <select class="ds-input" id="kind" name="kind">
              {Object.entries(texts.searchKinds).map(([kind, text]) => (
                <option key={kind} value={kind} selected={kind === form.kind}>
                  {text}
                </option>
              ))}
            </select>
          </div>
          <Field
            {...common}
            id="text"
            label={texts.searchText}
            value={form.text}
            isOptional
            maxLength={200}
          />
          <Field {...common} id="from" label={texts.sentFrom} type="date" value={form.from} isOptional />
          <Field {...common} id="until" label={texts.sentUntil} type="date" value={form.until} isOptional />
          <div class="portal-buttons">
            <Button text={texts.search} />
          </div>
        </form>
        {found !== undefined && (
          <>
            <p class="ds-paragraph" role="status">
              {found.length > MOST_LISTED ? texts.foundMore(MOST_LISTED) : texts.found(found.length)}
            </p>
            <OnlyNewest of={found} context={context} />
            {found.length > 0 && <JobTable jobs={found.slice(0, MOST_LISTED)} context={context} />}
          </>
        )}
      </>
    ),
  };
}
