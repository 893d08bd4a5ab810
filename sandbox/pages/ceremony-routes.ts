import type { FastifyInstance, FastifyReply } from 'fastify';
import { actAsSigner } from '../ceremony/act-as-signer.js';
import { CeremonyRefusal, WrongPersonRefusal } from '../ceremony/ceremony-refusal.js';
import { enterSecurityCode } from '../ceremony/enter-security-code.js';
import { exitUrlOf } from '../ceremony/exit-url.js';
import { isTurn } from '../ceremony/require-turn.js';
import { senderName } from '../organizations.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { SESSION_COOKIE, type BrowserSessions } from './browser-sessions.js';
import { chosenPerson } from './chosen-person.js';
import { writeCookie } from './cookies.js';
import { ceremonyVisits, type AtCeremony } from './ceremony-visit.js';
import { sendOn, sendPage } from './page-reply.js';
import { isSignedDocumentThere } from './signed-document.js';
import { ceremonyPage } from './views/ceremony-page.js';
import { codePage } from './views/code-page.js';
import { messagePage, notFoundPage } from './views/message-page.js';
import type { Page, PageProblem } from './views/layout.js';

/** One signer's ceremony: sign, reject or fail, and the result. */
export function addCeremonyRoutes(
  pages: FastifyInstance,
  parts: SandboxParts,
  sessions: BrowserSessions,
): void {
  const at = ceremonyVisits(parts, sessions);

  pages.get(
    '/:key',
    at(async (where) => await showCeremony(where), false),
  );
  pages.post(
    '/:key/code',
    at(async (where) => await takeCode(where), false),
  );
  pages.post(
    '/:key/sign',
    at(async (where) => await sign(where)),
  );
  pages.post(
    '/:key/reject',
    at(async (where) => await act(where, 'reject')),
  );
  pages.post(
    '/:key/lose-name',
    at(async (where) => await act(where, 'lose-name')),
  );
  pages.post(
    '/:key/fail',
    at(async (where) => await fail(where)),
  );

  async function showCeremony(where: AtCeremony): Promise<FastifyReply> {
    const { request, reply, ceremony } = where;
    const { texts } = request;
    const { job, signer, path } = ceremony;
    switch (ceremony.access) {
      case 'CODE':
        return signer.status === 'BLOCKED'
          ? await showOutcome(where)
          : await sendPage(
              reply,
              codePage(texts, { sender: senderName(job.organizationNumber), action: `${path}/code` }),
              { request },
            );
      case 'LOG_IN':
        return await sendOn(reply, `/pages/log-in?next=${path}`);
      case 'LEVEL':
        return await sendPage(
          reply,
          messagePage(
            { heading: job.manifest.nonsensitiveTitle ?? texts.untitled, lead: texts.higherLevelLead },
            {
              status: 403,
              loggedInAs: ceremony.logIn?.person.name,
              links: [{ text: texts.higherLevelButton, path: `/pages/log-in?next=${path}` }],
            },
          ),
          { request },
        );
      case 'USED_LINK':
        return await sendPage(reply, messagePage(texts.usedLink, { status: 403 }), { request });
      case 'SOMEBODY_ELSES':
        return await sendPage(reply, notFoundPage(texts), { request });
      case 'OPEN':
        return isTurn(job, signer, parts.clock.now())
          ? await sendPage(reply, ceremonyAgain(where), { request, leadsOut: job.flow === 'DIRECT' })
          : await showOutcome(where);
    }
  }

  async function showOutcome({ request, reply, ceremony }: AtCeremony): Promise<FastifyReply> {
    const { texts } = request;
    const { job, signer, path, logIn } = ceremony;
    const exitUrl = exitUrlOf(job, signer);
    const links = [
      ...(exitUrl === undefined ? [] : [{ text: texts.backToSender, path: exitUrl }]),
      ...(isSignedDocumentThere(job, signer, parts.clock.now())
        ? [{ text: texts.downloadSigned, path: `${path}/signed` }]
        : []),
      ...(logIn === undefined ? [] : [{ text: texts.toOverview, path: '/pages' }]),
    ];
    const page = messagePage(texts.outcomes[signer.status], { loggedInAs: logIn?.person.name, links });
    return await sendPage(reply, page, { request });
  }

  async function takeCode({ request, reply, ceremony }: AtCeremony): Promise<FastifyReply> {
    const { job, signer, key, path } = ceremony;
    const verdict = await enterSecurityCode(parts, {
      jobId: job.id,
      signer: signer.number,
      code: request.form['code'] ?? '',
    });
    switch (verdict.kind) {
      case 'RIGHT': {
        const session = sessions.open(request.session, key);
        return await sendOn(reply, path, [writeCookie(SESSION_COOKIE, session)]);
      }
      case 'WRONG': {
        const problem = request.texts.wrongCode(verdict.left);
        const sender = senderName(job.organizationNumber);
        const page = codePage(request.texts, { sender, action: `${path}/code`, problem });
        return await sendPage(reply, page, { request, path });
      }
      case 'BLOCKED':
        return await sendPage(reply, messagePage(request.texts.outcomes.BLOCKED, { status: 403 }), {
          request,
          path,
        });
    }
  }

  async function sign(where: AtCeremony): Promise<FastifyReply> {
    const { request, ceremony } = where;
    const { texts, form } = request;
    const choice = chosenPerson(form, texts);
    if ('problem' in choice) return await again(where, choice.problem);
    if (form['consent'] !== 'yes') {
      return await again(where, { text: texts.consentNeeded, field: 'consent' });
    }
    try {
      const { id: jobId } = ceremony.job;
      await actAsSigner(parts, { jobId, signer: ceremony.signer.number, act: 'sign', as: choice.person });
    } catch (error) {
      if (error instanceof WrongPersonRefusal) {
        return await again(where, { text: texts.wrongPerson, field: 'person' });
      }
      if (error instanceof CeremonyRefusal) return await refuse(where);
      throw error;
    }
    return await leave(where);
  }

  async function act(where: AtCeremony, kind: 'reject' | 'lose-name' | 'fail'): Promise<FastifyReply> {
    const { job, signer } = where.ceremony;
    try {
      await actAsSigner(parts, { jobId: job.id, signer: signer.number, act: kind });
    } catch (error) {
      if (error instanceof CeremonyRefusal) return await refuse(where);
      throw error;
    }
    return await leave(where);
  }

  /** Redirects to the sender's web site in the direct flow, to the outcome page in the portal flow. */
  async function leave({ reply, ceremony }: AtCeremony): Promise<FastifyReply> {
    const job = parts.jobs.find(ceremony.job.id);
    const signer = job?.signers.find(({ id }) => id === ceremony.signer.id);
    const exitUrl = job === undefined || signer === undefined ? undefined : exitUrlOf(job, signer);
    return await sendOn(reply, exitUrl ?? ceremony.path);
  }

  /** The portal flow has no status for a failure: the signer may try again. */
  async function fail(where: AtCeremony): Promise<FastifyReply> {
    if (where.ceremony.job.flow === 'DIRECT') return await act(where, 'fail');
    return await again(where, { text: where.request.texts.eIdFailed });
  }

  async function again(where: AtCeremony, problem: PageProblem): Promise<FastifyReply> {
    const { request, reply, ceremony } = where;
    if (!isTurn(ceremony.job, ceremony.signer, parts.clock.now())) return await refuse(where);
    return await sendPage(reply, ceremonyAgain(where, problem), {
      request,
      path: ceremony.path,
      leadsOut: ceremony.job.flow === 'DIRECT',
    });
  }

  function ceremonyAgain({ request, ceremony }: AtCeremony, problem?: PageProblem): Page {
    const { job, signer, path, logIn } = ceremony;
    const loggedInAs = logIn?.person.name;
    return ceremonyPage(request.texts, { job, signer, path, loggedInAs, problem, filledIn: request.form });
  }

  async function refuse({ request, reply, ceremony }: AtCeremony): Promise<FastifyReply> {
    const { texts } = request;
    const links = [{ text: texts.toOverview, path: ceremony.path }];
    const page = messagePage(texts.refused, { status: 409, links });
    return await sendPage(reply, page, { request, path: ceremony.path });
  }
}
