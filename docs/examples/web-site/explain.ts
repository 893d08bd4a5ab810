// The customer's error page. Match on the code; the message is for your log.
import { SigningError } from '@signering/client';
import type { Page } from './pages.js';
import type { Texts } from './texts.js';

export interface Explanation extends Page {
  readonly status: number;
}

export function explain(error: unknown, texts: Texts): Explanation {
  const sorry = (status: number, advice: string): Explanation => ({
    status,
    title: texts.didNotWork,
    body: `<p>${advice}</p><p><a href="/agreement">${texts.toAgreement}</a></p>`,
  });
  // A bug of the site, or a mistake in its settings: the customer cannot help.
  if (!(error instanceof SigningError)) return sorry(500, texts.callUs);
  // Later releases may know more codes.
  const code: string = error.code;
  switch (code) {
    case 'JOB_NOT_CREATED_YET': // the job continues; pressing again finds it
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
    case 'STORAGE_UNAVAILABLE':
    case 'TEMPORAL_UNAVAILABLE':
    case 'WORKER_UNAVAILABLE':
    case 'TOO_MANY_EXIT_VISITS': // at exit URLs without a proof
      return sorry(503, texts.takesLonger);
    case 'SIGNER_NOT_WAITING': // no fresh redirect URL
      return sorry(409, texts.signedOrDeclined);
    case 'JOB_ENDED':
      return sorry(409, texts.ended);
    case 'TOO_MANY_REDIRECT_URLS':
      return sorry(429, texts.tooOften);
    case 'INVALID_REQUEST': // on an exit URL: not a redirect of the service
    case 'STATUS_QUERY_TOKEN_INVALID':
    case 'SIGNING_CEREMONY_NOT_COMPLETED':
      return sorry(400, texts.incompleteAddress);
    case 'JOB_NOT_FOUND':
    case 'JOB_NOT_ENDED':
    case 'NO_SUCH_DOCUMENT':
      return sorry(404, texts.nothingYet);
    default:
      if (error.retryable) return sorry(503, texts.takesLonger);
      return sorry(502, texts.callUs);
  }
}
