import type { ServerResponse } from 'node:http';

interface Words {
  readonly title: string;
  readonly advice: string;
}

/** The signer reads it: Norwegian first, as at the service, and English below it. */
interface PlainPage {
  readonly nb: Words;
  readonly en: Words;
}

const BEGIN_AGAIN = {
  nb: 'Gå tilbake til siden der du begynte. Der ser du status for signeringen.',
  en: 'Go back to the page where you began. It shows the status of the signing.',
};
const SAVED = {
  nb: 'Det du gjorde hos Posten signering, er lagret.',
  en: 'What you did at Posten signering is saved.',
};

const PAGES = {
  400: {
    nb: { title: 'Adressen er ikke fullstendig', advice: BEGIN_AGAIN.nb },
    en: { title: 'The address is not complete', advice: BEGIN_AGAIN.en },
  },
  404: {
    nb: { title: 'Fant ikke signeringen', advice: BEGIN_AGAIN.nb },
    en: { title: 'Signing not found', advice: BEGIN_AGAIN.en },
  },
  405: {
    nb: { title: 'Metoden er ikke tillatt', advice: BEGIN_AGAIN.nb },
    en: { title: 'Method not allowed', advice: BEGIN_AGAIN.en },
  },
  500: {
    nb: { title: 'Noe gikk galt', advice: `${SAVED.nb} ${BEGIN_AGAIN.nb}` },
    en: { title: 'Something went wrong', advice: `${SAVED.en} ${BEGIN_AGAIN.en}` },
  },
  502: {
    nb: { title: 'Vi kan ikke vise status nå', advice: `${SAVED.nb} Si fra til oss om dette.` },
    en: { title: 'We cannot show the status now', advice: `${SAVED.en} Please tell us about this.` },
  },
  503: {
    nb: {
      title: 'Et øyeblikk',
      advice: `${SAVED.nb} La denne siden stå åpen. Den prøver igjen av seg selv.`,
    },
    en: { title: 'One moment', advice: `${SAVED.en} Leave this page open. It tries again by itself.` },
  },
} as const satisfies Readonly<Record<number, PlainPage>>;

/** A page of fixed words in both languages: nothing of the request, the token included, is in it. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The page for an HTTP status. */
export function plainPageOf(status: number): PlainAnswer {
  const { nb, en } = PAGES[isPage(status) ? status : 500];
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    },
    body:
      `<!doctype html><html lang="nb"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${nb.title}</title></head><body><main><h1>${nb.title}</h1><p>${nb.advice}</p>` +
      `<section lang="en"><h2>${en.title}</h2><p>${en.advice}</p></section></main></body></html>`,
  };
}

/** Answers a request of `node:http`. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: PlainAnswer): void {
  // An answer that was begun and failed cannot be completed.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, headers).end(body);
}

function isPage(status: number): status is keyof typeof PAGES {
  return status in PAGES;
}
