// What the customer sees.
import type { JobDescription } from 'signering-workflows';
import { CUSTOMERS, type Customer } from './customers.js';

export interface Page {
  readonly title: string;
  readonly body: string;
  /** Looks again after this many seconds. */
  readonly refreshSeconds?: number;
}

const SIGN = button('/sign', 'Sign');
const SIGN_AGAIN = button('/sign', 'Sign again');
const ASK_ANEW = button('/begin-anew', 'Ask for a new agreement');

export function logInPage(): Page {
  const choices = CUSTOMERS.map(
    ({ customerNumber, name }) => `<button name="customer" value="${customerNumber}">${name}</button>`,
  );
  const body = `<p>This log-in only pretends: choose who you are.</p><form method="post" action="/log-in">${choices.join(' ')}</form>`;
  return { title: 'Log in', body };
}

/** Decided by how the job stands, never by the exit URL through which somebody came. */
export function agreementPage({ name }: Customer, job: JobDescription | undefined): Page {
  const page = (title: string, body: string): Page => ({
    title,
    body: `<p>Logged in as ${name}.</p>${body}`,
  });
  if (job === undefined) return page('Your agreement', `<p>Your agreement is ready.</p>${SIGN}`);
  if (job.failure !== undefined)
    return page('Something went wrong', '<p>We are looking into it. Please come back later.</p>');
  switch (job.state) {
    case 'SIGNED':
      return page(
        'You have signed',
        '<p>Thank you.</p><p><a href="/agreement/signed.pdf">Download your signed copy</a></p>',
      );
    case 'REJECTED':
      return page('You have declined', `<p>Nothing was signed.</p>${ASK_ANEW}`);
    case 'NOT_REPORTED':
      return page(
        'We do not know',
        '<p>You may have signed: please call us before you sign anything anew.</p>',
      );
    case 'EXPIRED':
    case 'FAILED':
    case 'CANCELLED':
      return page('This agreement was not signed', `<p>It can be signed no more.</p>${ASK_ANEW}`);
    case 'CREATING':
    case 'CREATE_AMBIGUOUS':
    case 'WAITING_FOR_SIGNERS':
    case 'OVERDUE':
    case 'ARCHIVING':
    case 'ARCHIVE_BROKEN':
    case 'CONFIRMING':
      return { ...page(...whileItRuns(job)), ...(isSettling(job) && { refreshSeconds: 1 }) };
  }
}

/** The signer has acted, and the archive is not filled yet: a matter of a second. */
function isSettling({ signers: [signer] }: JobDescription): boolean {
  return signer?.status === 'SIGNED' || signer?.status === 'REJECTED';
}

function whileItRuns(job: JobDescription): [title: string, body: string] {
  // The service may know more statuses one day.
  const status: string = job.signers[0]?.status ?? 'WAITING';
  switch (status) {
    case 'SIGNED':
      return ['You have signed', '<p>Thank you. We are fetching your signed copy …</p>'];
    case 'REJECTED':
      return ['You have declined', '<p>Nothing was signed.</p>'];
    case 'FAILED':
      return [
        'The signing failed',
        `<p>Nothing was signed. Nothing is lost either: try again.</p>${SIGN_AGAIN}`,
      ];
    default:
      return [
        'You have not signed yet',
        `<p>Did you close the window? Go on where you were.</p>${SIGN_AGAIN}`,
      ];
  }
}

export function htmlOf({ title, body, refreshSeconds }: Page): string {
  const refresh =
    refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}<title>${title}</title></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`;
}

function button(action: string, label: string): string {
  return `<form method="post" action="${action}"><button>${label}</button></form>`;
}
