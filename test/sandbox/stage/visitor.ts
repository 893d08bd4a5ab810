/** A page as it came over HTTP. */
export interface VisitedPage {
  readonly status: number;
  /** Where it was found after all redirects, or the other site's address that the last one led to. */
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
}

/** A person with a browser that knows cookies, forms and redirects, and nothing else. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #site: string;
  readonly #language: string;

  constructor(pagesUrl: string, language = 'nb') {
    this.#site = new URL(pagesUrl).origin;
    this.#language = language;
  }

  async open(url: string): Promise<VisitedPage> {
    return await this.#follow('GET', new URL(url, this.#site));
  }

  async send(url: string, fields: Readonly<Record<string, string>> = {}): Promise<VisitedPage> {
    return await this.#follow('POST', new URL(url, this.#site), new URLSearchParams(fields));
  }

  async #follow(method: string, url: URL, form?: URLSearchParams): Promise<VisitedPage> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'accept-language': this.#language,
        ...(form === undefined ? {} : { origin: this.#site }),
      },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const bytes = Buffer.from(await response.arrayBuffer());
    const page = { status: response.status, headers: response.headers, text: bytes.toString('utf8'), bytes };
    if (location === null) return { ...page, url: url.href };
    const next = new URL(location, url);
    return next.origin === this.#site ? await this.#follow('GET', next) : { ...page, url: next.href };
  }
}
