import type { SignerReturnedAnswer } from '@signering/contract';
import { stateInWords } from '@signering/cli';

const STYLE = `
  body { font: 1.1rem/1.5 system-ui, sans-serif; color: #21262f; background: #f6f5f2; margin: 0 }
  main { max-width: 34rem; margin: 12vh auto; padding: 2rem 2.5rem; background: #fff; border-top: 4px solid #c2121f }
  h1 { font-size: 1.6rem; margin-top: 0 }
  button { font: inherit; padding: .6rem 1.4rem; border: 0; background: #c2121f; color: #fff; cursor: pointer }
  button:focus-visible { outline: 3px solid #21262f; outline-offset: 2px }`;

/** The start page, with a button for each signer. */
export function startPage(signers: number): string {
  const numbers = Array.from({ length: signers }, (_, index) => index + 1);
  return page(
    'The boat club',
    `<p>There is an agreement for you to sign. The next page is Posten signering (here its sandbox), which sends you back afterwards.</p>
     ${numbers.map((signer) => signButton(signer, signers === 1 ? 'Sign' : `Sign as signer ${signer}`)).join('\n')}`,
  );
}

/** The page for returned signers: the state of the job from the service's latest response. */
export function returnedPage({ signers, outcome }: SignerReturnedAnswer): string {
  const failed = signers.filter(({ status }) => outcome === undefined && status === 'FAILED');
  return page(
    'Welcome back',
    `<p>The agreement: <strong>${escape(stateInWords(outcome ?? 'WAITING_FOR_SIGNERS'))}</strong>.</p>
     <ul>${signers
       .map(
         ({ signer, maskedIdentifier, status, statusText }) =>
           `<li>signer ${signer}, ${escape(maskedIdentifier)}: ${escape(statusText ?? status)}</li>`,
       )
       .join('')}</ul>
     ${failed.map(({ signer }) => signButton(signer, 'Try again')).join('\n')}
     ${outcome === undefined ? '' : '<p>You can close this page: the terminal shows the rest.</p>'}`,
  );
}

/** The error page. */
export function troublePage(what: string): string {
  return page('That did not work', `<p>${escape(what)}</p><p><a href="/">Start again</a></p>`);
}

function signButton(signer: number, words: string): string {
  return `<form method="post" action="/sign/${signer}"><button>${words}</button></form>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${content}</main></body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
