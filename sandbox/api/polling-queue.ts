import type { ApiRequest } from './api-call.js';

/** The queue of a poll; absent and empty mean the default queue. */
export function pollingQueueOf(request: Pick<ApiRequest, 'query'>): string {
  return request.query.get('polling_queue') ?? '';
}
