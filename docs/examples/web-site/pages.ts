// What the customer sees.
import type { JobDescription } from '@signering/client';
import { CUSTOMERS, type Customer } from './customers.js';
import type { Texts } from './texts.js';

export interface Page {
  readonly title: string;
  readonly body: string;
  /** Reloads after this many seconds. */
  readonly refreshSeconds?: number;
}

export function logInPage(texts: Texts): Page {
  const choices = CUSTOMERS.map(
    ({ customerNumber, name }) => `<button name="customer" value="${customerNumber}">${name}</button>`,
  );
  const body = `<p>${texts.chooseWho}</p><form method="post" action="/log-in">${choices.join(' ')}</form>`;
  return { title: texts.logIn, body };
}

/** Determined by the job's state, never by the visited exit URL. */
export function agreementPage(texts: Texts, { name }: Customer, job: JobDescription | undefined): Page {
  const askAnew = button('/begin-anew', texts.askAnew);
  const page = (title: string, body: string): Page => ({
    title,
    body: `<p>${texts.loggedInAs} ${name}.</p>${body}`,
  });
  if (job === undefined) {
    return page(texts.yourAgreement, `<p>${texts.ready}</p>${button('/sign', texts.sign)}`);
  }
  if (job.status === 'PROCESS_FAILED') return page(texts.wentWrong, `<p>${texts.comeBackLater}</p>`);
  switch (job.state) {
    case 'SIGNED':
      return page(
        texts.signed,
        `<p>${texts.thanks}</p><p><a href="/agreement/signed.pdf">${texts.download}</a></p>`,
      );
    case 'REJECTED':
      return page(texts.declined, `<p>${texts.nothingSigned}</p>${askAnew}`);
    case 'NOT_REPORTED':
    case 'UNKNOWN':
      return page(texts.unknown, `<p>${texts.callBeforeSigning}</p>`);
    case 'EXPIRED':
    case 'FAILED':
    case 'CANCELLED':
      return page(texts.notSigned, `<p>${texts.noLonger}</p>${askAnew}`);
    case 'CREATING':
    case 'CREATE_AMBIGUOUS':
    case 'WAITING_FOR_SIGNERS':
    case 'OVERDUE':
    case 'ARCHIVING':
    case 'ARCHIVE_BROKEN':
    case 'CONFIRMING':
      return { ...page(...whileItRuns(texts, job)), ...(isSettling(job) && { refreshSeconds: 1 }) };
  }
}

/** The signer has acted, and archiving takes about another second. */
function isSettling({ signers: [signer] }: JobDescription): boolean {
  return signer?.status === 'SIGNED' || signer?.status === 'REJECTED';
}

function whileItRuns(texts: Texts, job: JobDescription): [title: string, body: string] {
  const signAgain = button('/sign', texts.signAgain);
  // The service may add statuses.
  const status: string = job.signers[0]?.status ?? 'WAITING';
  switch (status) {
    case 'SIGNED':
      return [texts.signed, `<p>${texts.thanks} ${texts.fetching}</p>`];
    case 'REJECTED':
      return [texts.declined, `<p>${texts.nothingSigned}</p>`];
    case 'FAILED':
      return [texts.failed, `<p>${texts.tryAgain}</p>${signAgain}`];
    default:
      return [texts.notYet, `<p>${texts.continueSigning}</p>${signAgain}`];
  }
}

export function htmlOf({ language }: Texts, { title, body, refreshSeconds }: Page): string {
  const refresh =
    refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}<title>${title}</title></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`;
}

function button(action: string, label: string): string {
  return `<form method="post" action="${action}"><button>${label}</button></form>`;
}
