/** Content security policy of the pages: our style sheet, our documents in a frame, and forms to this server. */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/**
 * The headers of a page.
 * @param leadsOut the page's form ends in a redirect to the sender's exit URL and possibly further: browsers check every
 *   redirect against `form-action`
 */
export function pageHeaders(leadsOut: boolean): Readonly<Record<string, string>> {
  const formAction = leadsOut ? "form-action 'self' http: https:" : "form-action 'self'";
  return {
    ...COMMON_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [...PAGE_POLICY, formAction].join('; '),
  };
}

/** The headers of a document in our frames. Not sandboxed: browsers' PDF viewers do not show sandboxed documents. */
export function documentHeaders(): Readonly<Record<string, string>> {
  return { ...COMMON_HEADERS, 'content-security-policy': "script-src 'none'; frame-ancestors 'self'" };
}

/** The same origin gets the referrer, because without one browsers send forms with the origin `null`. */
const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
} as const;
