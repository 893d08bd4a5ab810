import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditAction } from '../audit.js';
import { momentOfLocalTime } from '../drafts/portal-time.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { auditPage, peoplePage, type RoleForm } from '../pages/people-pages.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Member } from './people.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, demandManager, formOf, sendOn, sendPage } from '../server/portal-request.js';

const EMPTY: RoleForm = { emailAddress: '', role: 'DOCUMENT_PROCESSOR', lastDay: '' };
const EMAIL_ADDRESS = /^[^\s@<>,;:"\\]{1,64}@[^\s@<>,;:"\\]{1,190}$/u;
const AUDIT_LINES = 200;
/** Lines whose detail has the id of a person, who is one of the organisation's. */
const NAMES_A_PERSON = new Set<string>([
  'ROLE_GIVEN',
  'ROLE_ENDED',
  'RECOGNISED_ANEW',
] satisfies AuditAction[]);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** People and their roles, and the audit log: for account managers. */
export function addPeopleRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { people, sessions, audit, jobs, now } = parts;

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    form: RoleForm,
    isWrong: (keyof RoleForm)[] = [],
  ): Promise<FastifyReply> {
    const { organization, personId } = demandManager(request);
    const context = { ...(await contextOf(parts, cookies, request)), path: '/people' };
    const { problems: texts } = context.texts;
    const problems = isWrong.map((field): FieldProblem => {
      const text =
        field === 'lastDay' ? texts.date : field === 'emailAddress' ? texts.email_of_person : texts.role;
      // The first of the choices stands for all.
      return { step: 'information', field: field === 'role' ? 'role-ACCOUNT_MANAGER' : field, text };
    });
    const members = await people.membersOf(organization);
    return await sendPage(reply, peoplePage({ members, ownId: personId, form, problems }, context), context);
  }

  /** A person of the organisation other than the one who asks. */
  async function otherMember(request: FastifyRequest<{ Params: { id: string } }>): Promise<Member> {
    const { organization, personId } = demandManager(request);
    const { id } = request.params;
    const members = await people.membersOf(organization);
    const found = id === personId ? undefined : members.find((member) => member.personId === id);
    if (found === undefined) throw new PortalRefusal('NOT_FOUND');
    return found;
  }

  server.get('/people', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    await audit.write({ action: 'PEOPLE_SEEN', personId, organization });
    return await show(request, reply, EMPTY);
  });
  server.post('/people', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    const { emailAddress = '', role = '', lastDay = '' } = formOf(request);
    const form = { emailAddress: emailAddress.trim(), role, lastDay };
    const isRole = role === 'ACCOUNT_MANAGER' || role === 'DOCUMENT_PROCESSOR';
    const endsAt = lastDay === '' ? undefined : endOfDay(lastDay);
    const wrong: (keyof RoleForm)[] = [];
    if (!EMAIL_ADDRESS.test(form.emailAddress)) wrong.push('emailAddress');
    if (lastDay !== '' && (endsAt === undefined || endsAt <= now())) wrong.push('lastDay');
    if (!isRole || wrong.length > 0)
      return await show(request, reply, form, isRole ? wrong : [...wrong, 'role']);
    // Otherwise the organisation could lose its last account manager.
    const isOwn = (await people.findByAddress(form.emailAddress)) === personId;
    if (isOwn && (role !== 'ACCOUNT_MANAGER' || endsAt !== undefined)) {
      return await show(request, reply, form, ['role']);
    }
    const given = await people.setRole(organization, { emailAddress: form.emailAddress, role, endsAt });
    const detail = [role, given, endsAt?.toISOString()].filter(Boolean).join(' ');
    await audit.write({ action: 'ROLE_GIVEN', personId, organization, detail });
    return await sendOn(reply, '/people');
  });
  server.post<{ Params: { id: string } }>('/people/:id/end', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    const { personId: id } = await otherMember(request);
    await people.endRole(organization, id);
    // In other organisations the person goes on.
    if ((await people.organizationsOf(id)).length === 0) await sessions.endAllOf(id);
    await audit.write({ action: 'ROLE_ENDED', personId, organization, detail: id });
    return await sendOn(reply, '/people');
  });
  server.post<{ Params: { id: string } }>('/people/:id/anew', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    const { personId: id, isKnown } = await otherMember(request);
    if (!isKnown) throw new PortalRefusal('NOT_FOUND');
    // The log-in also opens what the person may do there.
    if (await people.usesAnotherThan(organization, id)) throw new PortalRefusal('OF_SEVERAL_ORGANIZATIONS');
    await people.forgetSubject(id);
    await sessions.endAllOf(id);
    await audit.write({ action: 'RECOGNISED_ANEW', personId, organization, detail: id });
    return await sendOn(reply, '/people');
  });
  server.get<{ Querystring: { before?: string } }>('/audit', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    await audit.write({ action: 'AUDIT_SEEN', personId, organization });
    const { before } = request.query;
    const isOlder = before !== undefined && /^[0-9]{1,18}$/u.test(before);
    const found = await audit.newestOf(organization, {
      limit: AUDIT_LINES + 1,
      ...(isOlder && { before }),
    });
    const lines = found.slice(0, AUDIT_LINES);
    const last = found.length > AUDIT_LINES ? lines.at(-1)?.id : undefined;
    const ids = new Set(
      lines.flatMap(({ personId: who = '', action, detail = '' }) => [
        who,
        ...(NAMES_A_PERSON.has(action) ? detail.split(' ') : []),
      ]),
    );
    const documentIds = lines.flatMap(({ action, detail = '' }) =>
      action.startsWith('DOCUMENT_') && UUID.test(detail) ? [detail] : [],
    );
    const names = new Map(await jobs.documents.titlesOf(organization, documentIds));
    for (const id of [...ids].filter((one) => UUID.test(one))) {
      const profile = await people.profileFor(organization, id);
      if (profile !== undefined) names.set(id, profile.name ?? profile.emailAddress);
    }
    const context = await contextOf(parts, cookies, request);
    return await sendPage(reply, auditPage({ lines, names, isOlder, last }, context), context);
  });
}

/** The moment at which a day of Norway has ended. */
function endOfDay(day: string): Date | undefined {
  const lastMinute = momentOfLocalTime(`${day}T23:59`);
  return lastMinute && new Date(Number(lastMinute) + 60_000);
}
