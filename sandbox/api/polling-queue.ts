import type { ApiRequest } from './api-call.js';

/** The queue that a poll asks for; absent and empty are the default queue. */
export function pollingQueueOf(request: Pick<ApiRequest, 'query'>): string {
  return request.query.get('polling_queue') ?? '';
}
