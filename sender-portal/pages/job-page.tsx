import type { VNode } from 'preact';
import type { JobDescription } from '@signering/client';
import { parseKeptState } from '../jobs/described-state.js';
import type { PortalDocument } from '../jobs/document-store.js';
import type { PortalJob } from '../jobs/job-store.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { Facts } from './summary-page.js';
import { DataTable } from './data-table.js';
import { DocumentFacts, DocumentPreview } from './document-preview.js';
import { Alert, Button, ErrorSummary, Field } from './fields.js';
import { FormToken, Heading, LiveStatus, Moment, type Page } from './layout.js';
import { StateTag } from './overview-pages.js';
import { momentIn, textOf, type PageContext } from './page-context.js';

/** A job and everything its page says of it. */
export interface ShownJob {
  readonly job: PortalJob;
  /** Absent while the client cannot be asked, and where an open job's page updates itself. */
  readonly description?: JobDescription;
  /** Another job replaces it, also one that the person may not see. */
  readonly isReplaced: boolean;
  readonly replacement?: PortalJob;
  readonly replaces?: PortalJob;
  /** Documents to sign; none once all have signed. */
  readonly documents: readonly PortalDocument[];
  /** The typed reason for a cancellation. */
  readonly reason: string;
  readonly problems: readonly FieldProblem[];
  readonly serviceUrl: string;
  /** Proves that this session was shown the page, and the audit log says so. */
  readonly seen: string;
}

export function jobPage(shown: ShownJob, context: PageContext): Page {
  const { texts, language } = context;
  const { job, description } = shown;
  const { row, content } = job;
  const state = parseKeptState(row.described);
  const title = content.title === '' ? texts.untitled : content.title;
  return {
    title,
    ...(shown.problems.length > 0 && { status: 422 }),
    content: (
      <>
        <Heading title={title} />
        <LiveStatus path={`/jobs/${row.id}/live?seen=${shown.seen}`} context={context} />
        {/* Outside what is kept up to date: it stays. */}
        <ErrorSummary problems={shown.problems} context={context} />
        <div data-live="state">
          <p class="ds-paragraph">
            <StateTag state={state} context={context} />
          </p>
          {description?.status === 'ENDED' && description.outcome === 'CANCELLED' && (
            <Alert color="success">{texts.cancelRequested}</Alert>
          )}
          {state?.failure !== undefined && (
            <Alert color="danger">{texts.operatorMustAct(state.failure)}</Alert>
          )}
          {row.state_is_old && <Alert color="warning">{texts.stateIsOld}</Alert>}
          <Facts
            facts={[
              [texts.reference, row.reference],
              [texts.notificationText, content.notificationText],
              [texts.message, content.message],
              [texts.sentAt, row.sent_at === null ? '' : momentIn(language, row.sent_at)],
              [
                texts.deadline,
                row.overview === 'WAITING' && row.deadline !== null ? momentIn(language, row.deadline) : '',
              ],
              [texts.endedAt, row.ended_at === null ? '' : momentIn(language, row.ended_at)],
            ]}
          />
        </div>
        <div data-live="signers">
          <Links shown={shown} context={context} />
          <Signers job={job} context={context} />
        </div>
        <div data-live="documents">
          <DocumentsToSign shown={shown} context={context} />
        </div>
        <div data-live="archived">
          {description?.status === 'ENDED' && (
            <ArchivedDocuments job={job} description={description} context={context} />
          )}
        </div>
        <div data-live="timeline">
          <Timeline job={job} context={context} />
        </div>
        {/* A form with mistakes stays as it was sent: an update would remove them and what was typed. */}
        <div class="portal-region" data-live={shown.problems.length === 0 ? 'actions' : undefined}>
          {row.overview === 'WAITING' && <Waiting shown={shown} context={context} />}
          {row.overview === 'STOPPED' &&
            row.ended_at !== null &&
            shown.documents.length > 0 &&
            !shown.isReplaced && (
              <form class="ds-card portal-card" method="post" action={`/jobs/${row.id}/again`}>
                <FormToken context={context} />
                <h2 class="ds-heading" data-size="sm">
                  {texts.sendAgain}
                </h2>
                <p class="ds-paragraph">{texts.sendAgainLead}</p>
                <Button text={texts.sendAgain} variant="secondary" />
              </form>
            )}
          {shown.isReplaced && shown.replacement === undefined && (
            <p class="ds-paragraph">{texts.sentAgainByManager}</p>
          )}
        </div>
      </>
    ),
  };
}

function Links({
  shown,
  context,
}: {
  readonly shown: ShownJob;
  readonly context: PageContext;
}): VNode | null {
  const { texts } = context;
  const isDraft = shown.replacement?.row.stage === 'DRAFT';
  const links = [
    [isDraft ? texts.draftToSendAgain : texts.sentAgainAs, shown.replacement],
    [texts.replacesJob, shown.replaces],
  ] as const;
  const there = links.flatMap(([text, job]) => (job === undefined ? [] : [[text, job] as const]));
  if (there.length === 0) return null;
  return (
    <ul class="ds-list">
      {there.map(([text, { row }]) => (
        <li key={text}>
          {text}{' '}
          <a class="ds-link" href={row.stage === 'SENT' ? `/jobs/${row.id}` : `/drafts/${row.id}/documents`}>
            {row.reference}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Signers({ job, context }: { readonly job: PortalJob; readonly context: PageContext }): VNode {
  const { texts, language } = context;
  const state = parseKeptState(job.row.described);
  return (
    <div class="portal-section">
      <h2 class="ds-heading" data-size="sm" id="signers">
        {texts.signers}
      </h2>
      <DataTable
        label={texts.signers}
        columns={[texts.signer, texts.emailAddress, texts.mobileNumber, texts.status, texts.statusSince]}
        rows={job.content.signers.map(({ emailAddress, mobileNumber }, index) => {
          const progress = state?.signers.find(({ signer }) => signer === index + 1);
          return {
            id: index,
            cells: [
              index + 1,
              emailAddress,
              mobileNumber,
              textOf(texts.signerStatuses, progress?.status ?? 'WAITING'),
              <Moment at={progress?.since} language={language} />,
            ],
          };
        })}
      />
    </div>
  );
}

function DocumentsToSign({
  shown,
  context,
}: {
  readonly shown: ShownJob;
  readonly context: PageContext;
}): VNode | null {
  const { texts } = context;
  const { documents, job } = shown;
  const isEnded = job.row.ended_at !== null;
  if (documents.length === 0) return null;
  return (
    <section class="portal-section" aria-labelledby="documents">
      <h2 class="ds-heading" data-size="sm" id="documents">
        {isEnded ? texts.documents : texts.documentsToSign}
      </h2>
      <ul class="ds-list portal-documents">
        {documents.map((document) => (
          <li key={document.id}>
            {document.title}
            <DocumentFacts document={document} isEnded={isEnded} context={context} />
            <DocumentPreview jobId={job.row.id} document={document} context={context} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the archive has of an ended job: the receipt, and signed documents where a signer has signed. */
function ArchivedDocuments({
  job,
  description,
  context,
}: {
  readonly job: PortalJob;
  readonly description: JobDescription & { readonly status: 'ENDED' };
  readonly context: PageContext;
}): VNode {
  const { texts } = context;
  const documents = description.documentsRemovedAt === undefined ? description.archive.documents : [];
  const files = [
    ...documents.map(
      ({ name }) => [name, name === 'signed.pdf' ? texts.signedPdf : texts.xadesOf(name)] as const,
    ),
    ['receipt.json', texts.receipt] as const,
  ];
  return (
    <section class="ds-card portal-card" aria-labelledby="archived-documents">
      <h2 class="ds-heading" data-size="sm" id="archived-documents">
        {documents.length > 0 ? texts.signedDocuments : texts.archived}
      </h2>
      <ul class="ds-list">
        {files.map(([name, text]) => (
          <li key={name}>
            <a class="ds-link" href={`/jobs/${job.row.id}/files/${encodeURIComponent(name)}`} download>
              {text}
            </a>
          </li>
        ))}
      </ul>
      {documents.length > 0 && (
        <a class="ds-button" href={`/jobs/${job.row.id}/all.zip`} download>
          {texts.downloadAll}
        </a>
      )}
    </section>
  );
}

function Timeline({ job, context }: { readonly job: PortalJob; readonly context: PageContext }): VNode {
  const { texts, language } = context;
  const { row } = job;
  const state = parseKeptState(row.described);
  const events: (readonly [string | Date, string])[] = [
    [row.created_at, texts.draftCreated],
    ...(row.sent_at === null ? [] : [[row.sent_at, texts.jobSent] as const]),
    ...(state?.signers ?? []).flatMap(({ signer, status, since }) =>
      since === undefined || status === 'WAITING'
        ? []
        : [[since, texts.signerDid(signer, textOf(texts.signerStatuses, status))] as const],
    ),
    ...(row.ended_at === null || state === undefined
      ? []
      : [[row.ended_at, texts.jobEnded(textOf(texts.states, state.state))] as const]),
  ];
  events.sort(([one], [other]) => Number(new Date(one)) - Number(new Date(other)));
  return (
    <section class="portal-section" aria-labelledby="timeline">
      <h2 class="ds-heading" data-size="sm" id="timeline">
        {texts.timeline}
      </h2>
      <ol class="ds-list portal-timeline">
        {events.map(([moment, text]) => (
          <li key={`${String(moment)} ${text}`}>
            <Moment at={moment} language={language} /> {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What can be done while a job waits, here and at the service. */
function Waiting({ shown, context }: { readonly shown: ShownJob; readonly context: PageContext }): VNode {
  const { texts } = context;
  return (
    <>
      <p class="ds-paragraph">
        {texts.noApiForThis}{' '}
        <a class="ds-link" href={shown.serviceUrl} rel="noreferrer">
          {new URL(shown.serviceUrl).host}
        </a>
      </p>
      <form class="ds-card portal-card" method="post" action={`/jobs/${shown.job.row.id}/cancel`}>
        <FormToken context={context} />
        <h2 class="ds-heading" data-size="sm">
          {texts.cancelJob}
        </h2>
        <p class="ds-paragraph">{texts.cancelWarning}</p>
        <Field
          id="reason"
          label={texts.cancelReason}
          help={texts.cancelReasonHelp}
          value={shown.reason}
          maxLength={200}
          problems={shown.problems}
          context={context}
        />
        <Button text={texts.cancelJob} variant="secondary" />
      </form>
    </>
  );
}
