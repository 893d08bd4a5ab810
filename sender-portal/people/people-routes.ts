import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { momentOfLocalTime } from '../drafts/portal-time.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { auditPage, peoplePage, type RoleForm } from '../pages/people-pages.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, demandManager, formOf, sendOn, sendPage } from '../server/portal-request.js';

const EMPTY: RoleForm = { emailAddress: '', role: 'DOCUMENT_PROCESSOR', lastDay: '' };
const EMAIL_ADDRESS = /^[^\s@<>,;:"\\]{1,64}@[^\s@<>,;:"\\]{1,190}$/u;
const AUDIT_LINES = 200;

/** People and their roles, and the audit log: for account managers. */
export function addPeopleRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { people, sessions, audit, now } = parts;

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    form: RoleForm,
    isWrong: (keyof RoleForm)[] = [],
  ): Promise<FastifyReply> {
    const { organization, personId } = demandManager(request);
    const context = await contextOf(parts, cookies, request);
    const { problems: texts } = context.texts;
    const problems = isWrong.map((field): FieldProblem => {
      const text =
        field === 'lastDay' ? texts.date : field === 'emailAddress' ? texts.email_of_person : texts.other;
      return { step: 'information', field, text };
    });
    const members = await people.membersOf(organization);
    return await sendPage(reply, peoplePage({ members, ownId: personId, form, problems }, context), context);
  }

  server.get('/people', async (request, reply) => await show(request, reply, EMPTY));
  server.post('/people', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    const { emailAddress = '', role = '', lastDay = '' } = formOf(request);
    const form = { emailAddress: emailAddress.trim(), role, lastDay };
    const isRole = role === 'ACCOUNT_MANAGER' || role === 'DOCUMENT_PROCESSOR';
    // The role ends when the last day has ended.
    const endsAt = lastDay === '' ? undefined : momentOfLocalTime(`${lastDay}T23:59`);
    const wrong: (keyof RoleForm)[] = [];
    if (!EMAIL_ADDRESS.test(form.emailAddress)) wrong.push('emailAddress');
    if (lastDay !== '' && (endsAt === undefined || endsAt <= now())) wrong.push('lastDay');
    if (!isRole || wrong.length > 0)
      return await show(request, reply, form, isRole ? wrong : [...wrong, 'role']);
    const given = await people.setRole(organization, { emailAddress: form.emailAddress, role, endsAt });
    await audit.write({ action: 'ROLE_GIVEN', personId, organization, detail: `${role} ${given}` });
    return await sendOn(reply, '/people');
  });
  server.post<{ Params: { id: string } }>('/people/:id/end', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    const { id } = request.params;
    const members = await people.membersOf(organization);
    if (id === personId || !members.some((member) => member.personId === id)) {
      throw new PortalRefusal('NOT_FOUND');
    }
    await people.endRole(organization, id);
    await sessions.endAllOf(id);
    await audit.write({ action: 'ROLE_ENDED', personId, organization, detail: id });
    return await sendOn(reply, '/people');
  });
  server.get('/audit', async (request, reply) => {
    const { organization, personId } = demandManager(request);
    await audit.write({ action: 'AUDIT_SEEN', personId, organization });
    const lines = await audit.newestOf(organization, AUDIT_LINES);
    const ids = [...new Set(lines.flatMap((line) => line.personId ?? []))];
    const names = new Map<string, string>();
    for (const id of ids) {
      const profile = await people.profileOf(id);
      if (profile !== undefined) names.set(id, profile.name ?? profile.emailAddress);
    }
    const context = await contextOf(parts, cookies, request);
    return await sendPage(reply, auditPage(lines, names, context), context);
  });
}
