import type { FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from './browser-sessions.js';
import { cookieOf } from './cookies.js';
import { LANGUAGE_COOKIE, languageOf } from './language.js';
import { TEXTS, type Texts } from './texts/index.js';

/** The part of a request that the pages use. */
export interface PageRequest {
  readonly texts: Texts;
  readonly session: string | undefined;
  /** The path and query. */
  readonly path: string;
  /** The fields of a form; empty for GET. */
  readonly form: Readonly<Record<string, string>>;
  readonly cookie: (name: string) => string | undefined;
}

/** Parses a request. */
export function readPageRequest(request: FastifyRequest): PageRequest {
  const cookie = (name: string): string | undefined => cookieOf(request.headers.cookie, name);
  const language = languageOf({
    chosen: cookie(LANGUAGE_COOKIE),
    acceptLanguage: request.headers['accept-language'],
  });
  return {
    texts: TEXTS[language],
    session: cookie(SESSION_COOKIE),
    path: request.url,
    form: request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {},
    cookie,
  };
}

/** A path of these pages as the next page; anything else, such as a URL of another site, becomes the front page. */
export function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/pages(?:\/[\w/.-]*)?$/u.test(path) ? path : '/pages';
}
