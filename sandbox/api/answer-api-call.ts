import type { LedgerEntry } from '../call-ledger.js';
import { describeContent } from '../jobs/job-store.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import { answerError } from './answer-error.js';
import type { ApiAnswer, ApiCall } from './api-call.js';
import { authorize } from './authorize.js';
import { carryOut } from './carry-out.js';
import { findRoute, type Route } from './find-route.js';
import { pollingQueueOf } from './polling-queue.js';
import { notFound, ServiceRefusal } from './service-refusal.js';

/**
 * Handles one API call: rate limit, route, authorization, effect. When this resolves, everything that the response
 * states is on disk. A call that was held before its effect gets no response if its client has disconnected.
 */
export async function answerApiCall(parts: FaultySandbox, call: ApiCall): Promise<ApiAnswer | undefined> {
  const permitted = parts.callRate.permits(call.certificateOrganization);
  const body = await call.body;
  const receivedAt = new Date();
  const record = async (entry: Partial<LedgerEntry>): Promise<void> =>
    await parts.ledger.append({
      at: new Date(receivedAt.getTime() + parts.clock.offsetMs).toISOString(),
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

  let place: Place;
  try {
    place = findPlace(parts, call);
    authorize(call.certificateOrganization, place.route.organizationNumber ?? call.certificateOrganization);
    if (body === undefined) throw new ServiceRefusal('REQUEST_TOO_LARGE', 'The request is too large.');
  } catch (error) {
    const answer = answerError(parts, error);
    await record({ answer: inShort(answer) });
    return answer;
  }

  const { route, query } = place;
  const { operation } = route;
  const about = {
    operation,
    ...(route.jobId === undefined ? {} : { signatureJobId: route.jobId }),
    ...(operation === 'fetchStatusChange' ? { pollingQueue: pollingQueueOf({ query }) } : {}),
  };
  return await carryOut(parts, {
    operation,
    request: {
      ...route,
      organizationNumber: route.organizationNumber ?? call.certificateOrganization,
      certificateOrganization: call.certificateOrganization,
      query,
      headers: call.headers,
      body,
      receivedAt,
    },
    isAbandoned: call.isAbandoned,
    record: async ({ answer, ...circumstances }) =>
      await record({
        ...about,
        ...(answer?.jobId === undefined ? {} : { signatureJobId: answer.jobId }),
        ...(answer === undefined ? {} : { answer: inShort(answer) }),
        ...circumstances,
      }),
  });
}

interface Place {
  readonly route: Route;
  readonly query: URLSearchParams;
}

/** @throws ServiceRefusal 404 or 405; a path may also be no path at all, such as `//` */
function findPlace(parts: FaultySandbox, call: ApiCall): Place {
  const url = URL.canParse(call.url, parts.urls.apiUrl) ? new URL(call.url, parts.urls.apiUrl) : undefined;
  if (url === undefined) throw notFound();
  return { route: findRoute(call.method, url.pathname), query: url.searchParams };
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
