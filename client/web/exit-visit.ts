import { InvalidInputError, whatIsWrongWithReference, type Problem } from '@signering/schema';
import { EXIT_PATHS, EXIT_PROOF, type Exit } from './exit-urls.js';

const EXITS: readonly Exit[] = ['COMPLETED', 'REJECTED', 'ERROR'];
const TOKEN = 'status_query_token';
/** Longer than any token of the service, in characters; the process refuses longer ones. */
const LONGEST_TOKEN = 1000;
/** Longer than any exit URL with its token, in characters. Node takes 16 KiB of headers. */
const LONGEST_QUERY = 4000;

/** A visit of an exit URL, before anything is known of what it carries. */
export interface ExitVisit {
  readonly exit: Exit;
  /** Without `?`. */
  readonly query: string;
}

/** What a browser has brought back. */
export interface ExitUrlParameters {
  readonly reference: string;
  /** `status_query_token` of the URL, decoded once. */
  readonly statusQueryToken: string;
  /** Not verified. Absent: the URL has none. */
  readonly exitProof?: string;
}

/** A visited exit URL and what it holds: the argument of `SigningClient.checkExitUrl`. */
export interface ExitUrlVisit extends ExitUrlParameters {
  readonly exit: Exit;
}

/** The last argument of {@link readExitUrl}. */
export interface ReadExitUrlOptions {
  /** The path of the base URL, such as `/signing`. @default any path */
  readonly path?: string | undefined;
}

/**
 * Reads the address at which a signer's browser arrived, for sites that have no use for a handler. Calls nothing: verify
 * the proof with `checkExitUrl`, and hand the token in with `signerReturned`.
 * @param url absolute, or path and query as `node:http` has them
 * @returns undefined for every other address of the site
 * @throws INVALID_REQUEST naming what is missing, repeated or cannot be right; never quoting it
 */
export function readExitUrl(url: string | URL, { path }: ReadExitUrlOptions = {}): ExitUrlVisit | undefined {
  const visit = exitVisitOf(targetOf(url), path?.replace(/\/+$/u, ''));
  return visit && { exit: visit.exit, ...readBroughtBack(visit.query) };
}

/** Path and query of an address. */
export function targetOf(url: string | URL): string {
  if (typeof url === 'string' && !URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/**
 * Finds out which exit URL was visited, or undefined for any other address of the site.
 * @param path without a slash at its end; absent: any
 */
export function exitVisitOf(target: string, path?: string): ExitVisit | undefined {
  const [withQuery = ''] = target.split('#', 1);
  const mark = withQuery.indexOf('?');
  const visited = mark < 0 ? withQuery : withQuery.slice(0, mark);
  const below = path ?? visited.slice(0, Math.max(visited.lastIndexOf('/'), 0));
  const exit = EXITS.find((candidate) => visited === `${below}/${EXIT_PATHS[candidate]}`);
  return exit && { exit, query: mark < 0 ? '' : withQuery.slice(mark + 1) };
}

/**
 * Reads reference, token and proof out of an exit URL's query, each decoded once.
 * @throws INVALID_REQUEST naming what is missing, repeated or cannot be right; never quoting it
 */
export function readBroughtBack(query: string): ExitUrlParameters {
  if (query.length > LONGEST_QUERY) throw notAnExitUrl([{ path: 'query', message: 'is too long' }]);
  const parameters = new URLSearchParams(query);
  const problems: Problem[] = [];
  const only = (name: string, whatIsWrong: (value: string) => string | undefined): string => {
    const [value, ...others] = parameters.getAll(name);
    const message =
      value === undefined ? 'is missing' : others.length > 0 ? 'is repeated' : whatIsWrong(value);
    if (message !== undefined) problems.push({ path: name, message });
    return value ?? '';
  };
  const reference = only('reference', whatIsWrongWithReference);
  const statusQueryToken = only(TOKEN, whatIsWrongWithToken);
  const exitProof = parameters.has(EXIT_PROOF) ? only(EXIT_PROOF, () => undefined) : undefined;
  if (problems.length > 0) throw notAnExitUrl(problems);
  return { reference, statusQueryToken, ...(exitProof !== undefined && { exitProof }) };
}

function whatIsWrongWithToken(token: string): string | undefined {
  if (token === '') return 'is empty';
  if (token.length > LONGEST_TOKEN) return `has more than ${LONGEST_TOKEN} characters`;
  return /[\p{Cc}\u{FFFD}]/u.test(token) ? 'is not text' : undefined;
}

/** The error for an address at which the service sends no browser back. */
export function notAnExitUrl(problems: readonly Problem[]): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'The visited address is not a valid exit URL', problems);
}
