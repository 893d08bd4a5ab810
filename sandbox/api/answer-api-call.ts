import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerEntry } from '../call-ledger.js';
import { describeContent } from '../jobs/job-store.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ApiAnswer, ApiCall, ApiRequest } from './api-call.js';
import { authorize } from './authorize.js';
import { findRoute, type Route } from './find-route.js';
import { API_OPERATIONS } from './operations/index.js';
import { pollingQueueOf } from './polling-queue.js';
import { answerRefusal, ServiceRefusal } from './service-refusal.js';

/**
 * How long a call that was held before its effect waits when it is released, in milliseconds. A client that was killed
 * the moment before closes its connection by then: its call must be dropped as if it had never come in whole.
 */
const DEPARTURE_NOTICE_MS = 100;

/**
 * Takes one call through the API: rate limit, route, right to be there, hold, effect, ledger, hold. When this
 * resolves, all that the answer says is on disk. Nothing is answered to a call that was held before its effect and
 * whose client has left.
 */
export async function answerApiCall(parts: SandboxParts, call: ApiCall): Promise<ApiAnswer | undefined> {
  const permitted = parts.callRate.permits(call.certificateOrganization);
  const body = await call.body;
  const receivedAt = new Date();
  const record = async (entry: Partial<LedgerEntry>): Promise<void> =>
    await parts.ledger.append({
      time: new Date(receivedAt.getTime() + parts.clock.offsetMs).toISOString(),
      receivedAt: receivedAt.toISOString(),
      settledAt: new Date().toISOString(),
      method: call.method,
      path: call.url,
      organizationNumber: call.certificateOrganization,
      ...entry,
    });
  if (!permitted) {
    const answer: ApiAnswer = { status: 429, headers: { dosfilter: 'blocked for 30 seconds' } };
    await record({ answer: inShort(answer) });
    return answer;
  }

  const url = new URL(call.url, parts.urls.apiUrl);
  let route: Route;
  try {
    route = findRoute(call.method, url.pathname);
    authorize(call.certificateOrganization, route.organizationNumber ?? call.certificateOrganization);
    if (body === undefined) throw new ServiceRefusal(413, 'REQUEST_TOO_LARGE', 'The request is too large.');
  } catch (error) {
    const answer = answerError(parts, error);
    await record({ answer: inShort(answer) });
    return answer;
  }

  const { operation } = route;
  const request: ApiRequest = {
    ...route,
    organizationNumber: route.organizationNumber ?? call.certificateOrganization,
    certificateOrganization: call.certificateOrganization,
    query: url.searchParams,
    headers: call.headers,
    body,
    receivedAt,
  };
  const about = {
    operation,
    ...(route.jobId === undefined ? {} : { jobId: route.jobId }),
    ...(operation === 'fetchStatusChange' ? { pollingQueue: pollingQueueOf(request) } : {}),
  };
  const heldBefore = await parts.holds.pass(operation, 'before');
  if (heldBefore === 'RELEASED') await delay(DEPARTURE_NOTICE_MS);
  if (heldBefore === 'SANDBOX_ENDED' || (heldBefore !== undefined && call.isAbandoned())) {
    await record({ ...about, held: 'before' });
    return undefined;
  }
  let answer: ApiAnswer;
  try {
    answer = await API_OPERATIONS[operation](parts, request);
  } catch (error) {
    answer = answerError(parts, error);
  }
  const tookEffect = answer.status < 300 && answer.withoutEffect !== true;
  await record({
    ...about,
    ...(answer.jobId === undefined ? {} : { jobId: answer.jobId }),
    answer: inShort(answer),
    ...(heldBefore === undefined ? {} : { held: 'before' }),
  });
  if (tookEffect) await parts.holds.pass(operation, 'after');
  return answer;
}

function answerError(parts: SandboxParts, error: unknown): ApiAnswer {
  if (error instanceof ServiceRefusal) return answerRefusal(error);
  parts.report(
    `The sandbox failed to answer: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
  );
  return answerRefusal(new ServiceRefusal(500, 'INTERNAL_ERROR', 'The sandbox failed; its log says why.'));
}

function inShort({ status, errorCode, body, changeVersion }: ApiAnswer): NonNullable<LedgerEntry['answer']> {
  return {
    status,
    size: body?.length ?? 0,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(body === undefined ? {} : { sha256: describeContent(body).sha256 }),
    ...(changeVersion === undefined ? {} : { changeVersion }),
  };
}
