// What a customer is told when something does not work. Branch on the code; the text is for your log.
import { SigningError } from 'signering-workflows';
import type { Page } from './pages.js';

export interface Explanation extends Page {
  readonly status: number;
}

export function explain(error: unknown): Explanation {
  // A mistake of the site's own, or of its settings: nothing that the customer can do.
  if (!(error instanceof SigningError)) return sorry(500, 'Please call us.');
  // Later releases may know more codes.
  const code: string = error.code;
  switch (code) {
    case 'JOB_NOT_CREATED_YET': // it goes on by itself; the same press again finds it
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
    case 'STORAGE_UNAVAILABLE':
    case 'TEMPORAL_UNAVAILABLE':
    case 'TOO_MANY_EXIT_VISITS': // at exit URLs without a proof
      return sorry(503, 'It takes longer than usual, and nothing is lost. Please try again in a moment.');
    case 'REQUEST_REFUSED': // the signer is done at the service: no fresh redirect URL
      return sorry(
        409,
        'You seem to have signed or declined already. If that window is still open, press the link back to us in it.',
      );
    case 'JOB_ENDED':
      return sorry(409, 'This agreement can be signed no more. Look how it ended.');
    case 'TOO_MANY_REDIRECT_URLS':
      return sorry(429, 'You have begun too often. Please call us.');
    case 'INVALID_REQUEST': // on an exit URL: not how the service sends a signer back
    case 'STATUS_QUERY_TOKEN_INVALID':
    case 'SIGNING_CEREMONY_NOT_COMPLETED':
      return sorry(400, 'This address is not complete.');
    case 'JOB_NOT_FOUND':
    case 'DOCUMENT_MISSING':
      return sorry(404, 'There is nothing here for you yet.');
    default:
      return sorry(502, 'Please call us.');
  }
}

function sorry(status: number, advice: string): Explanation {
  const back = '<p><a href="/agreement">To your agreement</a></p>';
  return { status, title: 'That did not work', body: `<p>${advice}</p>${back}` };
}
