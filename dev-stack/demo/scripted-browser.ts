import { SigningError } from '@signering/schema';

/** The page where the browser's redirects end. */
export interface ScriptedPage {
  readonly url: URL;
  readonly text: string;
}

interface Form {
  readonly method: 'GET' | 'POST';
  readonly body?: URLSearchParams;
}

// A signing ceremony has at most two redirects; more of them are a loop.
const MOST_REDIRECTS = 10;

/** A scripted browser: keeps cookies, sends forms, follows redirects. Each person has a separate one. */
export class ScriptedBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Opens an address. @throws SERVICE_UNAVAILABLE if the response is not a page; the signal's reason */
  async open(url: string | URL): Promise<ScriptedPage> {
    return await this.#visit(new URL(url), { method: 'GET' });
  }

  /** Sends a form from a page of the same site. @throws SERVICE_UNAVAILABLE, the signal's reason */
  async submit(url: string | URL, fields: Readonly<Record<string, string>> = {}): Promise<ScriptedPage> {
    return await this.#visit(new URL(url), { method: 'POST', body: new URLSearchParams(fields) });
  }

  async #visit(first: URL, form: Form): Promise<ScriptedPage> {
    let url = first;
    let sent: Form = form;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await fetch(url, {
        ...sent,
        headers: {
          cookie: this.#cookiesFor(url),
          'accept-language': 'en',
          // Browsers send the origin with a form, and not with the redirect that follows.
          ...(sent.method === 'POST' ? { origin: first.origin } : {}),
        },
        redirect: 'manual',
        signal: this.#signal,
      });
      this.#keepCookies(url, response);
      const text = await response.text();
      const location = response.headers.get('location');
      if (location === null) {
        if (response.ok) return { url, text };
        // The path and query may contain a token, so the message omits them.
        throw unavailable(
          `A signer's browser got status ${response.status} instead of a page from ${url.origin}.`,
        );
      }
      url = new URL(location, url);
      sent = { method: 'GET' };
    }
    throw unavailable(`A signer's browser was redirected more than ${MOST_REDIRECTS} times.`);
  }

  #cookiesFor({ origin }: URL): string {
    return [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keepCookies({ origin }: URL, response: Response): void {
    const cookies = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, cookies);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const equals = pair.indexOf('=');
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }
}

function unavailable(message: string): SigningError {
  return new SigningError('SERVICE_UNAVAILABLE', message);
}
