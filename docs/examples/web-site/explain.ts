// What a customer is told when something does not work. Branch on the code; the text is for your log.
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
  // A mistake of the site's own, or of its settings: nothing that the customer can do.
  if (!(error instanceof SigningError)) return sorry(500, texts.callUs);
  // Later releases may know more codes.
  const code: string = error.code;
  switch (code) {
    case 'JOB_NOT_CREATED_YET': // it goes on by itself; the same press again finds it
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
    case 'STORAGE_UNAVAILABLE':
    case 'TEMPORAL_UNAVAILABLE':
    case 'TOO_MANY_EXIT_VISITS': // at exit URLs without a proof
      return sorry(503, texts.takesLonger);
    case 'REQUEST_REFUSED': // the signer is done at the service: no fresh redirect URL
      return sorry(409, texts.signedOrDeclined);
    case 'JOB_ENDED':
      return sorry(409, texts.ended);
    case 'TOO_MANY_REDIRECT_URLS':
      return sorry(429, texts.tooOften);
    case 'INVALID_REQUEST': // on an exit URL: not how the service sends a signer back
    case 'STATUS_QUERY_TOKEN_INVALID':
    case 'SIGNING_CEREMONY_NOT_COMPLETED':
      return sorry(400, texts.incompleteAddress);
    case 'JOB_NOT_FOUND':
    case 'DOCUMENT_MISSING':
      return sorry(404, texts.nothingYet);
    default:
      return sorry(502, texts.callUs);
  }
}
