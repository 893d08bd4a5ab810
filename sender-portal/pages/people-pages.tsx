import type { VNode } from 'preact';
import type { ShownAuditLine } from '../audit.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import type { Member } from '../people/people.js';
import { Button, Choice, ErrorSummary, Field } from './fields.js';
import { FormToken, Heading, type Page } from './layout.js';
import { dayIn, momentIn, textOf, type PageContext } from './page-context.js';

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
        <div class="portal-scroll" role="region" aria-label={texts.people} tabIndex={0}>
          <table class="ds-table">
            <thead>
              <tr>
                <th scope="col">{texts.name}</th>
                <th scope="col">{texts.emailAddress}</th>
                <th scope="col">{texts.role}</th>
                <th scope="col">{texts.roleEnds}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.personId}>
                  <td>{member.isKnown ? (member.name ?? '') : texts.neverLoggedIn}</td>
                  <td>{member.emailAddress}</td>
                  <td>{texts.roles[member.role]}</td>
                  <td>{member.endsAt === undefined ? '' : lastDayOf(language, member.endsAt)}</td>
                  <td>
                    {member.personId === ownId ? (
                      texts.ownRole
                    ) : (
                      <EndRole member={member} context={context} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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

/** @param names of the people whom the lines name, by their id */
export function auditPage(
  lines: readonly ShownAuditLine[],
  names: ReadonlyMap<string, string>,
  context: PageContext,
): Page {
  const { texts, language } = context;
  return {
    title: texts.auditLog,
    content: (
      <>
        <Heading title={texts.auditLog} lead={texts.auditLead} />
        <div class="portal-scroll" role="region" aria-label={texts.auditLog} tabIndex={0}>
          <table class="ds-table">
            <thead>
              <tr>
                <th scope="col">{texts.time}</th>
                <th scope="col">{texts.who}</th>
                <th scope="col">{texts.action}</th>
                <th scope="col">{texts.details}</th>
                <th scope="col">{texts.job}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ at, action, personId, jobId, detail = '' }, index) => (
                <tr key={index}>
                  <td>{momentIn(language, at)}</td>
                  <td>{personId === undefined ? '' : (names.get(personId) ?? personId)}</td>
                  <td>{textOf(texts.auditActions, action)}</td>
                  <td>
                    {detail
                      .split(' ')
                      .map((word) => names.get(word) ?? word)
                      .join(' ')}
                  </td>
                  <td>
                    {jobId !== undefined && (
                      <a class="ds-link" href={`/jobs/${jobId}`}>
                        {jobId.slice(0, 8)}
                      </a>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </>
    ),
  };
}
