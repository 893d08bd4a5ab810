import { InvalidInputError, whatIsWrongWithReference, type ExitUrls } from '@signering/schema';

/** Where in the sender's web site a browser may come back, as the last part of the exit URL's path. */
export const EXIT_PATHS = { COMPLETED: 'completed', REJECTED: 'rejected', ERROR: 'error' } as const;

/** Which of a job's exit URLs a browser came to. */
export type Exit = keyof typeof EXIT_PATHS;

/** The longest exit URL, in characters. Spec: common.xsd, url. */
const LONGEST_URL = 500;

/** The query parameter that holds an exit URL's proof. Frozen at the first release: content digests leave it out. */
export const EXIT_PROOF = 'exit_proof';

/** The argument of `SigningClient.makeExitUrls`. */
export interface MakeExitUrlsOptions {
  /** Where the site has its exit URLs, as browsers see it: `https://www.example.com/signing`. */
  readonly baseUrl: string;
  /** The reference that the job is going to have. */
  readonly reference: string;
}

/**
 * As `SigningClient.makeExitUrls`. The reference is in the query, because it may hold `/`, `#` or be `..`, which servers
 * and proxies change in a path. The proof is the last parameter.
 * @throws INVALID_REQUEST for a base URL or a reference that cannot be used, or an exit URL longer than 500 characters
 * Spec: direct.xsd, exit-urls.
 */
export function makeExitUrls(
  { baseUrl, reference }: MakeExitUrlsOptions,
  proofOf: (exit: Exit) => string,
): ExitUrls {
  const base = parseBaseUrl(baseUrl);
  const wrong = whatIsWrongWithReference(reference);
  if (wrong !== undefined) throw unusable('reference', wrong);
  const urlOf = (exit: Exit): string => {
    const query = `reference=${encodeURIComponent(reference)}&${EXIT_PROOF}=${proofOf(exit)}`;
    const url = `${base.origin}${base.path}/${EXIT_PATHS[exit]}?${query}`;
    if (url.length > LONGEST_URL) {
      const problem = `makes an exit URL of ${url.length} characters; the service takes ${LONGEST_URL}`;
      throw unusable('baseUrl', problem);
    }
    return url;
  };
  return {
    completionUrl: urlOf('COMPLETED'),
    rejectionUrl: urlOf('REJECTED'),
    errorUrl: urlOf('ERROR'),
  };
}

/** Where a site has its exit URLs. */
export interface ExitBase {
  /** `https://www.example.com`. */
  readonly origin: string;
  /** Empty, or with a slash at its beginning and none at its end. */
  readonly path: string;
}

/** @throws INVALID_REQUEST */
export function parseBaseUrl(text: string): ExitBase {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!isWeb || `${url.username}${url.password}` !== '') {
    throw unusable(
      'baseUrl',
      'must be an absolute http or https URL such as https://www.example.com/signing',
    );
  }
  if (/[?#]/u.test(text)) throw unusable('baseUrl', 'must end with its path, without ? and #');
  return { origin: url.origin, path: url.pathname.replace(/\/+$/u, '') };
}

function unusable(path: string, message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'The exit URLs cannot be made', [{ path, message }]);
}
