import type { VNode } from 'preact';
import type { ShownAuditLine } from '../audit.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import type { Member } from '../people/people.js';
import { DataTable } from './data-table.js';
import { Button, Choice, ErrorSummary, Field } from './fields.js';
import { FormToken, Heading, Moment, type Page } from './layout.js';
import { dayIn, textOf, type PageContext } from './page-context.js';
import { PageLinks } from './page-links.js';

/** What was written into the form for a role. */
export interface RoleForm {
  readonly emailAddress: string;
  readonly role: string;
  readonly lastDay: string;
}

/** What the page of an organisation's people shows. */
export interface ShownPeople {
  readonly members: readonly Member[];
  readonly ownId: string;
  readonly form: RoleForm;
  readonly problems: readonly FieldProblem[];
}

export function peoplePage({ members, ownId, form, problems }: ShownPeople, context: PageContext): Page {
  const { texts, language } = context;
  const common = { problems, context };
  return {
    title: texts.people,
    ...(problems.length > 0 && { status: 422 }),
    content: (
      <>
        <Heading title={texts.people} lead={texts.peopleLead} />
        <DataTable
          label={texts.people}
          columns={[texts.name, texts.emailAddress, texts.role, texts.roleEnds, '']}
          rows={members.map((member) => ({
            id: member.personId,
            cells: [
              member.isKnown ? (member.name ?? '') : texts.neverLoggedIn,
              member.emailAddress,
              texts.roles[member.role],
              member.endsAt === undefined ? '' : lastDayOf(language, member.endsAt),
              member.personId === ownId ? texts.ownRole : <EndRole member={member} context={context} />,
            ],
          }))}
        />
        <ErrorSummary problems={problems} context={context} />
        <form class="portal-form ds-card portal-card" method="post" action="/people" noValidate>
          <FormToken context={context} />
          <h2 class="ds-heading" data-size="sm">
            {texts.addPerson}
          </h2>
          <Field
            {...common}
            id="emailAddress"
            type="email"
            label={texts.emailAddress}
            value={form.emailAddress}
            maxLength={200}
          />
          <fieldset class="ds-fieldset">
            <legend class="ds-label">{texts.role}</legend>
            {Object.entries(texts.roles).map(([role, text]) => (
              <Choice
                key={role}
                id={`role-${role}`}
                type="radio"
                name="role"
                value={role}
                label={text}
                isChosen={form.role === role}
                problems={problems}
              />
            ))}
          </fieldset>
          <Field
            {...common}
            id="lastDay"
            type="date"
            label={texts.roleEnds}
            value={form.lastDay}
            isOptional
          />
          <div class="portal-buttons">
            <Button text={texts.save} />
          </div>
        </form>
      </>
    ),
  };
}

function EndRole({ member, context }: { readonly member: Member; readonly context: PageContext }): VNode {
  const { texts } = context;
  const name = member.name ?? member.emailAddress;
  return (
    <>
      <form method="post" action={`/people/${member.personId}/end`}>
        <FormToken context={context} />
        <Button text={texts.endRole} label={`${texts.endRole}: ${name}`} variant="tertiary" size="sm" />
      </form>
      {member.isKnown && (
        <form method="post" action={`/people/${member.personId}/anew`}>
          <FormToken context={context} />
          <Button
            text={texts.recogniseAnew}
            label={`${texts.recogniseAnew}: ${name}`}
            variant="tertiary"
            size="sm"
          />
        </form>
      )}
    </>
  );
}

/** The last day of a role that ends at this moment: at midnight, the day before. */
function lastDayOf(language: PageContext['language'], endsAt: Date): string {
  return dayIn(language, new Date(Number(endsAt) - 1));
}

/** What the page of the audit log shows. */
export interface ShownAuditLog {
  readonly lines: readonly ShownAuditLine[];
  /** Of the people whom the lines name, and titles of documents, by their id. */
  readonly names: ReadonlyMap<string, string>;
  /** There are newer lines. */
  readonly isOlder: boolean;
  /** The id of the last line, if there are older ones. */
  readonly last: string | undefined;
}

export function auditPage({ lines, names, isOlder, last }: ShownAuditLog, context: PageContext): Page {
  const { texts, language } = context;
  return {
    title: texts.auditLog,
    content: (
      <>
        <Heading title={texts.auditLog} lead={texts.auditLead} />
        <DataTable
          label={texts.auditLog}
          columns={[texts.time, texts.who, texts.action, texts.details, texts.job]}
          rows={lines.map(({ at, action, personId, jobId, reference, detail = '' }, index) => ({
            id: index,
            cells: [
              <Moment at={at} language={language} />,
              personId === undefined ? '' : (names.get(personId) ?? personId),
              textOf(texts.auditActions, action),
              <Detail action={action} detail={detail} names={names} context={context} />,
              jobId !== undefined && (
                <a class="ds-link" href={`/jobs/${jobId}`}>
                  {reference ?? jobId.slice(0, 8)}
                </a>
              ),
            ],
          }))}
        />
        <PageLinks
          label={texts.pagesOfAuditLog}
          links={[
            isOlder && { href: '/audit', text: texts.newest },
            last !== undefined && { href: `?before=${last}`, text: texts.older },
          ]}
        />
      </>
    ),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
const BATCH = /^B-[0-9a-f]{12}(?: |$)/u;

/** The detail of a line: people and documents by their names, other ids shortened, words of the portal in the language. */
function Detail({
  action,
  detail,
  names,
  context,
}: {
  readonly action: string;
  readonly detail: string;
  readonly names: ReadonlyMap<string, string>;
  readonly context: PageContext;
}): VNode {
  const { texts, language } = context;
  // A reference may have any form, such as that of an id or a time.
  if (action === 'JOB_SENT_AGAIN' || BATCH.test(detail)) return <>{detail}</>;
  const known: Readonly<Record<string, string>> = { ...texts.searchKinds, ...texts.roles };
  const failure = texts.loginFailures[detail];
  if (failure !== undefined) return <>{failure}</>;
  const textOfWord = (word: string): string | undefined => {
    if (UUID.test(word)) return names.get(word) ?? word.slice(0, 8);
    const date = /^\d{4}-\d{2}-\d{2}T/u.test(word) ? new Date(word) : undefined;
    return date === undefined || Number.isNaN(Number(date)) ? known[word] : lastDayOf(language, date);
  };
  const parts = detail.split(' ').map(textOfWord);
  // Other text is English.
  return <>{parts.includes(undefined) ? detail : parts.join(', ')}</>;
}
