/** What a browser may do on our pages: show our style, our documents in a frame, and send forms back to us. */
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
 * @param leadsOut the page's form ends in a redirect to the sender's exit URL, and who knows where from there: browsers
 *   hold every step against `form-action`
 */
export function pageHeaders(leadsOut: boolean): Readonly<Record<string, string>> {
  const formAction = leadsOut ? "form-action 'self' http: https:" : "form-action 'self'";
  return {
    ...COMMON_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [...PAGE_POLICY, formAction].join('; '),
  };
}

/** The headers of a document: for our own frames; a sandboxed one would not be shown by the browsers' PDF viewers. */
export function documentHeaders(): Readonly<Record<string, string>> {
  return { ...COMMON_HEADERS, 'content-security-policy': "script-src 'none'; frame-ancestors 'self'" };
}

/** The same origin gets the referrer: without one, browsers send forms with the origin `null`. */
const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
} as const;
